import type { Value } from '../../exchange/field.ts';
import type { Accumulator } from './aggregate.ts';
import { textKey } from './text-key.ts';

/** Values counted at a time: one that makes up a thousandth of all is never missed. */
const MAX_COUNTERS = 1000;

interface Counter {
	readonly value: Exclude<Value, null>;
	count: number;
}

/**
 * The most frequent values (Misra and Gries, 1982): when there is no counter left every count goes down by one, so a
 * count is at most the number of rows / 1000 too low, and exact while there are no more values than counters.
 */
export class Frequent implements Accumulator {
	readonly #counters = new Map<string, Counter>();

	add(value: Exclude<Value, null>): void {
		this.#count(textKey(value), value, 1);
	}

	merge(other: Frequent): void {
		for (const [key, { value, count }] of other.#counters) this.#count(key, value, count);
	}

	value(k: number): Value {
		if (this.#counters.size === 0) return null;
		return [...this.#counters.values()]
			.sort((a, b) => b.count - a.count)
			.slice(0, k)
			.map(({ value, count }) => ({ value, count }));
	}

	#count(key: string, value: Exclude<Value, null>, count: number): void {
		const known = this.#counters.get(key);
		if (known !== undefined) known.count += count;
		else if (this.#counters.size < MAX_COUNTERS) this.#counters.set(key, { value, count });
		else this.#decrement(key, value, count);
	}

	#decrement(key: string, value: Exclude<Value, null>, count: number): void {
		const least = Math.min(count, ...[...this.#counters.values()].map((counter) => counter.count));
		for (const [known, counter] of this.#counters) {
			counter.count -= least;
			if (counter.count === 0) this.#counters.delete(known);
		}
		if (count > least) this.#counters.set(key, { value, count: count - least });
	}
}
