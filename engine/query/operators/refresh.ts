import type { Env } from '../env.ts';
import type { Row } from '../signal.ts';
import type { Output } from './transform.ts';

/** Shows a running result again when event time has gone on far enough, and at the end once and for all. */
export class Refresh {
	readonly #env: Env;
	readonly #result: () => readonly Row[];
	#next = 0;

	constructor(env: Env, result: () => readonly Row[]) {
		this.#env = env;
		this.#result = result;
	}

	/** `now` is null where rows do not say their time: then only idle ticks refresh. */
	at(now: number | null, out: Output): void {
		const every = this.#env.context.refreshEvery;
		if (every === null || now === null || now < this.#next) return;
		this.#next = now + every;
		out.next({ kind: 'table', rows: this.#result(), window: null, final: false });
	}

	end(out: Output): void {
		out.next({ kind: 'table', rows: this.#result(), window: null, final: true });
	}
}
