import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';
import { hash32 } from './hash.ts';
import { textKey } from './text-key.ts';

/** Up to here values are remembered and the count is exact. */
const EXACT_VALUES = 1024;
/** 2^12 registers of a byte: a standard error of 1.04 / sqrt(4096), which is 1.6%. */
const INDEX_BITS = 12;
const REGISTERS = 1 << INDEX_BITS;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** How many different values: exact while they are few, HyperLogLog (Flajolet and others, 2007) beyond that. */
export class Cardinality implements Accumulator {
	#values = new Set<string>();
	#registers: Uint8Array | null = null;

	add(value: Exclude<Value, null>): void {
		this.#addKey(textKey(value));
	}

	merge(other: Cardinality): void {
		for (const key of other.#values) this.#addKey(key);
		if (other.#registers === null) return;
		const registers = this.#toRegisters();
		for (let at = 0; at < REGISTERS; at++) registers[at] = Math.max(registers[at]!, other.#registers[at]!);
	}

	value(): number {
		if (this.#registers === null) return this.#values.size;
		let sum = 0;
		let empty = 0;
		for (const rank of this.#registers) {
			sum += 2 ** -rank;
			if (rank === 0) empty++;
		}
		const estimate = (ALPHA * REGISTERS * REGISTERS) / sum;
		// Linear counting is better while many registers are untouched.
		return Math.round(estimate <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : estimate);
	}

	#addKey(key: string): void {
		if (this.#registers !== null) register(this.#registers, key);
		else if (this.#values.add(key).size > EXACT_VALUES) this.#toRegisters();
	}

	#toRegisters(): Uint8Array {
		if (this.#registers !== null) return this.#registers;
		const registers = new Uint8Array(REGISTERS);
		for (const key of this.#values) register(registers, key);
		this.#values = new Set();
		this.#registers = registers;
		return registers;
	}
}

const register = (registers: Uint8Array, key: string): void => {
	const hash = hash32(key);
	// The low bits are the register: the rank is counted in those above.
	const index = hash & (REGISTERS - 1);
	const rank = Math.clz32(hash | (REGISTERS - 1)) + 1;
	if (rank > registers[index]!) registers[index] = rank;
};
