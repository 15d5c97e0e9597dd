import type { PresentValue, Value } from '../../exchange/field.ts';
import { compareValues } from '../expression/compile-compare.ts';
import type { Accumulator } from './aggregate.ts';

/** Keeps one value, or its companion: the one that `prefers` would rather have. The first of equals stays. */
class Choice implements Accumulator {
	#key: Value = null;
	#kept: Value = null;
	readonly #prefers: (next: PresentValue, kept: PresentValue) => boolean;
	readonly #companion: boolean;

	constructor(prefers: (next: PresentValue, kept: PresentValue) => boolean, companion: boolean) {
		this.#prefers = prefers;
		this.#companion = companion;
	}

	add(value: PresentValue, companion: Value): void {
		if (this.#key !== null && !this.#prefers(value, this.#key)) return;
		this.#key = value;
		this.#kept = this.#companion ? companion : value;
	}

	merge(other: this): void {
		if (other.#key !== null) this.add(other.#key, other.#kept);
	}

	value(): Value {
		return this.#kept;
	}
}

const greater = (a: PresentValue, b: PresentValue): boolean => (compareValues(a, b) ?? 0) > 0;
const less = (a: PresentValue, b: PresentValue): boolean => (compareValues(a, b) ?? 0) < 0;

export const largest = (): Accumulator => new Choice(greater, false);
export const smallest = (): Accumulator => new Choice(less, false);
export const atLargest = (): Accumulator => new Choice(greater, true);
export const atSmallest = (): Accumulator => new Choice(less, true);
export const first = (): Accumulator => new Choice(() => false, false);
export const last = (): Accumulator => new Choice(() => true, false);
