import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';

const NS_PER_SECOND = 1e9;

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

/** A sum per second: of the window, or of the time from the first row to the last. */
export class Rate implements Accumulator {
	#sum = 0;
	readonly #time = new Span();

	/** A row that is counted adds `true`; `time` is when it ended. */
	add(value: Exclude<Value, null>, time: Value): void {
		this.#sum += typeof value === 'number' ? value : 1;
		this.#time.add(time);
	}

	merge(other: Rate): void {
		this.#sum += other.#sum;
		this.#time.merge(other.#time);
	}

	/** `window` in seconds; 0 without one. */
	value(window: number): number | null {
		const seconds = window > 0 ? window : (this.#time.value() ?? 0) / NS_PER_SECOND;
		return seconds > 0 ? this.#sum / seconds : null;
	}
}
