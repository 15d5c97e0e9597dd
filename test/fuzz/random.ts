/** A generator of numbers that gives the same ones for the same seed (mulberry32). */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed >>> 0;
	}

	/** From 0 to `bound - 1`; 0 where there is nothing below the bound. */
	below(bound: number): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
	}

	/** From 1 to `bound`, small numbers most often. */
	few(bound: number): number {
		return 1 + this.below(1 + this.below(bound));
	}

	/** One of them; throws where there is none. */
	of<T>(values: readonly T[]): T {
		const value = values[this.below(values.length)];
		if (value === undefined) throw new Error('nothing to choose from');
		return value;
	}
}
