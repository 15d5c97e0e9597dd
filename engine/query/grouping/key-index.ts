import type { Value } from '../../exchange/field.ts';

/**
 * Groups of a window or of a running aggregate. More keys than this are an attack or a mistake, and no one reads them;
 * their rows go to one group called `(other)`.
 */
export const MAX_GROUPS = 10_000;
export const OTHER = '(other)';

type Level = Map<Value, Level | number>;

/**
 * Numbers the keys of groups in order of appearance. Keys of several parts are maps in maps, so that no two keys can
 * fall together; null is a part like any other.
 */
export class KeyIndex {
	readonly keys: (readonly Value[])[] = [];
	readonly #root: Level = new Map();
	readonly #width: number;
	#other: number | null = null;

	constructor(width: number) {
		this.#width = width;
		if (width === 0) this.keys.push([]);
	}

	/** Whether `numberOf` had to put a new key with the others; its group. */
	get other(): number | null {
		return this.#other;
	}

	numberOf(key: readonly Value[]): number {
		if (this.#width === 0) return 0;
		let level = this.#root;
		for (let at = 0; at < this.#width - 1; at++) {
			const part = partOf(key[at]!);
			let next = level.get(part);
			if (next === undefined || typeof next === 'number') {
				if (this.keys.length >= MAX_GROUPS) return this.fold();
				next = new Map();
				level.set(part, next);
			}
			level = next;
		}
		const last = partOf(key[this.#width - 1]!);
		const known = level.get(last);
		if (typeof known === 'number') return known;
		if (this.keys.length >= MAX_GROUPS) return this.fold();
		level.set(last, this.keys.length);
		return this.keys.push([...key]) - 1;
	}

	/** The number of the others. */
	fold(): number {
		this.#other ??= this.keys.push([OTHER, ...new Array<null>(this.#width - 1).fill(null)]) - 1;
		return this.#other;
	}
}

const MARK = '\0';

/** Lists and records are equal when they look equal. No text is equal to one: those with its mark get another behind it. */
const partOf = (value: Value): Value => {
	if (typeof value === 'string') return value.startsWith(MARK) ? MARK + value : value;
	return typeof value === 'object' && value !== null ? MARK + JSON.stringify(value) : value;
};
