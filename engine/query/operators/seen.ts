import { AgedMap } from '../../aged-map.ts';
import type { Env } from '../env.ts';

/** Keys that are remembered: about 10 MB. Beyond it the oldest is forgotten, and a row of it passes once more. */
export const MAX_KEYS = 100_000;

/** Remembers what was there. */
export class Seen {
	readonly #times = new AgedMap<string, number>();
	readonly #env: Env;

	constructor(env: Env) {
		this.#env = env;
	}

	/** Whether the key is new, or the last that was new came at least `within` ns before. */
	isNew(key: string, time: number, within: number): boolean {
		const known = this.#times.get(key);
		if (known !== undefined && time - known < within) return false;
		if (known === undefined && this.#times.size >= MAX_KEYS) this.#forgetOldest();
		this.#times.set(key, time);
		this.#times.renew(key);
		return true;
	}

	#forgetOldest(): void {
		this.#times.deleteOldest();
		if (this.#env.context.completeness.overflowed++ === 0)
			this.#env.context.warn(`more than ${MAX_KEYS} different rows: the oldest are forgotten and may come again`);
	}
}
