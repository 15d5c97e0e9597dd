import type { Env } from '../env.ts';

/** Keys that are remembered: about 10 MB. Beyond it the oldest is forgotten, and a row of it passes once more. */
export const MAX_KEYS = 100_000;

/** Remembers what was there. */
export class Seen {
	readonly #times = new Map<string, number>();
	readonly #env: Env;

	constructor(env: Env) {
		this.#env = env;
	}

	/** Whether the key is new, or the last that was new came at least `within` ns before. */
	isNew(key: string, time: number, within: number): boolean {
		const known = this.#times.get(key);
		if (known !== undefined && time - known < within) return false;
		if (known !== undefined) this.#times.delete(key);
		else if (this.#times.size >= MAX_KEYS) this.#forgetOldest();
		this.#times.set(key, time);
		return true;
	}

	#forgetOldest(): void {
		const [oldest] = this.#times.keys();
		if (oldest !== undefined) this.#times.delete(oldest);
		if (this.#env.context.completeness.overflowed++ === 0)
			this.#env.context.warn(`more than ${MAX_KEYS} different rows: the oldest are forgotten and may come again`);
	}
}
