import type { PresentValue, Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';

/** A list in a row is for reading; more elements than this are not. */
export const MAX_LIST = 1000;

/** The first values, in order. */
export class Collection implements Accumulator {
	readonly #values: PresentValue[] = [];

	add(value: PresentValue): void {
		if (this.#values.length < MAX_LIST) this.#values.push(value);
	}

	merge(other: Collection): void {
		for (const value of other.#values) this.add(value);
	}

	value(count: number): Value {
		return this.#values.length === 0 ? null : this.#values.slice(0, count);
	}
}
