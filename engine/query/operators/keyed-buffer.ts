import type { Env } from '../env.ts';
import type { Row } from '../signal.ts';

/** Rows that wait for a partner, on each side. */
export const MAX_ROWS = 100_000;

/** A row that waits. */
export interface Waiting {
	readonly key: string;
	readonly row: Row;
	/** ns */
	readonly time: number;
	matched: boolean;
}

/** Rows by key, which go in the order in which they came. */
export class KeyedBuffer {
	readonly #env: Env;
	readonly #gone: (waiting: Waiting) => void;
	readonly #byKey = new Map<string, Waiting[]>();
	#queue: Waiting[] = [];
	#head = 0;

	/** `gone` is told of each row that waits no longer. */
	constructor(env: Env, gone: (waiting: Waiting) => void) {
		this.#env = env;
		this.#gone = gone;
	}

	add(key: string, row: Row, time: number): Waiting {
		if (this.#queue.length - this.#head >= MAX_ROWS) {
			if (this.#env.context.completeness.overflowed++ === 0)
				this.#env.context.warn(`more than ${MAX_ROWS} rows wait for a partner: the oldest are given up`);
			this.#dropFirst();
		}
		const waiting: Waiting = { key, row, time, matched: false };
		this.#queue.push(waiting);
		const same = this.#byKey.get(key);
		if (same === undefined) this.#byKey.set(key, [waiting]);
		else same.push(waiting);
		return waiting;
	}

	/** Those of one key, the oldest first. */
	of(key: string): readonly Waiting[] {
		return this.#byKey.get(key) ?? [];
	}

	/** Lets go of what came before a time. */
	dropBefore(time: number): void {
		while (this.#head < this.#queue.length && this.#queue[this.#head]!.time < time) this.#dropFirst();
	}

	#dropFirst(): void {
		const first = this.#queue[this.#head++]!;
		const same = this.#byKey.get(first.key);
		if (same !== undefined && same.length > 1) same.shift();
		else this.#byKey.delete(first.key);
		// Half of the array is gone: moving the rest costs no more than what was added since.
		if (this.#head * 2 > this.#queue.length) {
			this.#queue = this.#queue.slice(this.#head);
			this.#head = 0;
		}
		this.#gone(first);
	}
}
