import type { PresentValue, Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';
import { MAX_LIST } from './collection.ts';
import { textKey } from './text-key.ts';

/** Counters that stay when there are too many: as many as can be asked for. */
const KEPT_COUNTERS = MAX_LIST;
/** Up to here every count is exact. Twice those that stay: one in so many new values makes room again. */
export const MAX_COUNTERS = 2 * KEPT_COUNTERS;

interface Counter {
	readonly value: PresentValue;
	count: number;
}

/**
 * The most frequent values: exact while there are no more of them than counters. Beyond that a count is too high by a
 * thousandth of the rows at most, and no value that is more frequent than that is missed: as of Space-Saving (Metwally
 * and others, 2005), but half of the counters make room at once, so that a row costs little.
 */
export class Frequent implements Accumulator {
	readonly #counters = new Map<string, Counter>();
	/** No value without a counter came more often. A thousandth of the rows at most: so many counters have risen to it. */
	#missed = 0;

	add(value: PresentValue): void {
		const key = textKey(value);
		const known = this.#counters.get(key);
		if (known !== undefined) {
			known.count++;
			return;
		}
		if (this.#counters.size === MAX_COUNTERS) this.#makeRoom();
		this.#counters.set(key, { value, count: this.#missed + 1 });
	}

	merge(other: Frequent): void {
		for (const [key, counter] of this.#counters) counter.count += other.#counters.get(key)?.count ?? other.#missed;
		for (const [key, { value, count }] of other.#counters)
			if (!this.#counters.has(key)) this.#counters.set(key, { value, count: this.#missed + count });
		this.#missed += other.#missed;
		if (this.#counters.size > MAX_COUNTERS) this.#makeRoom();
	}

	value(k: number): Value {
		if (this.#counters.size === 0) return null;
		return this.#descending()
			.slice(0, k)
			.map(([, { value, count }]) => ({ value, count }));
	}

	#descending(): [string, Counter][] {
		return [...this.#counters].sort(([, a], [, b]) => b.count - a.count);
	}

	#makeRoom(): void {
		const least = this.#descending().slice(KEPT_COUNTERS);
		this.#missed = least[0]![1].count;
		for (const [key] of least) this.#counters.delete(key);
	}
}
