import { NS_PER_SECOND } from '../../nanoseconds.ts';

/** Keys that are remembered of each side, the first ones. */
const MAX_KEYS = 1000;

/** While no row of a join has found a partner: whether rows have equal keys, but times too far apart, as where two clocks differ. */
export class KeysApart {
	readonly #within: number;
	/** When each came last. */
	readonly #left = new Map<string, number>();
	readonly #right = new Map<string, number>();
	#least = Number.POSITIVE_INFINITY;

	constructor(within: number) {
		this.#within = within;
	}

	see(key: string, time: number, isLeft: boolean): void {
		const [own, others] = isLeft ? [this.#left, this.#right] : [this.#right, this.#left];
		const other = others.get(key);
		if (other !== undefined && Math.abs(time - other) > this.#within)
			this.#least = Math.min(this.#least, Math.abs(time - other));
		if (own.size < MAX_KEYS || own.has(key)) own.set(key, time);
	}

	/** What to tell at the end; null: nothing. */
	get warning(): string | null {
		if (this.#least === Number.POSITIVE_INFINITY) return null;
		const seconds = this.#least / NS_PER_SECOND;
		const apart = seconds < 1 ? `${(seconds * 1000).toFixed(1)}ms` : `${seconds.toFixed(seconds < 100 ? 1 : 0)}s`;
		return `\`join\`: no row has a partner, but rows with equal keys are ${apart} apart or more: write \`within ${Math.ceil(seconds) + 5}s\` where that is how far two clocks differ`;
	}
}
