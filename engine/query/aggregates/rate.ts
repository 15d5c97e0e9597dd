import type { PresentValue, Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';
import { Total } from './total.ts';

/** From the smallest to the largest value; of one value it is 0. */
export class Span implements Accumulator {
	#min = Number.POSITIVE_INFINITY;
	#max = Number.NEGATIVE_INFINITY;

	add(value: Value): void {
		if (typeof value !== 'number') return;
		this.#min = Math.min(this.#min, value);
		this.#max = Math.max(this.#max, value);
	}

	merge(other: Span): void {
		this.#min = Math.min(this.#min, other.#min);
		this.#max = Math.max(this.#max, other.#max);
	}

	value(): number | null {
		return this.#max < this.#min ? null : this.#max - this.#min;
	}
}

/** A sum per second. */
export class Rate implements Accumulator {
	readonly #total = new Total();

	/** A row that is counted adds `true`. */
	add(value: PresentValue): void {
		this.#total.add(typeof value === 'number' ? value : 1);
	}

	merge(other: Rate): void {
		this.#total.merge(other.#total);
	}

	value(seconds: number): number | null {
		return seconds > 0 ? this.#total.sum() / seconds : null;
	}
}
