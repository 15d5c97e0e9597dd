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
	/** Rows that it was paired with. */
	partners: number;
	/** It takes no more partners, and is not among those of its key. */
	isFull: boolean;
}

/** Rows by key, which go in the order in which they came. */
export class KeyedBuffer {
	readonly #env: Env;
	readonly #gone: (waiting: Waiting) => void;
	readonly #byKey = new Map<string, Waiting[]>();
	/** The last row of a key that became full. */
	readonly #fullByKey = new Map<string, Waiting>();
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
		const waiting: Waiting = { key, row, time, matched: false, partners: 0, isFull: false };
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

	/** Takes those out that have `most` partners: who looks for a partner need not pass them each time. */
	takeOutFull(key: string, most: number): void {
		const open: Waiting[] = [];
		for (const waiting of this.of(key)) {
			if (waiting.partners < most) open.push(waiting);
			else {
				waiting.isFull = true;
				this.#fullByKey.set(key, waiting);
			}
		}
		if (open.length > 0) this.#byKey.set(key, open);
		else this.#byKey.delete(key);
	}

	/** The newest of those of one key that were taken out. */
	lastFull(key: string): Waiting | undefined {
		return this.#fullByKey.get(key);
	}

	/** Lets go of what came before a time. */
	dropBefore(time: number): void {
		while (this.#head < this.#queue.length && this.#queue[this.#head]!.time < time) this.#dropFirst();
	}

	#dropFirst(): void {
		const first = this.#queue[this.#head++]!;
		if (first.isFull) {
			if (this.#fullByKey.get(first.key) === first) this.#fullByKey.delete(first.key);
		} else {
			const same = this.#byKey.get(first.key);
			if (same !== undefined && same.length > 1) same.shift();
			else this.#byKey.delete(first.key);
		}
		// Half of the array is gone: moving the rest costs no more than what was added since.
		if (this.#head * 2 > this.#queue.length) {
			this.#queue = this.#queue.slice(this.#head);
			this.#head = 0;
		}
		this.#gone(first);
	}
}
