import type { Packet } from './packet.ts';

/** So many packets that were cut to one length, and none is longer: one capture wrote the file. */
const ENOUGH = 64;

/** Tells by what packets were cut to whether a file may be two captures of different snapshot lengths, merged into one. */
export class SnapLengths {
	#longest = 0;
	#shortestCut = Number.POSITIVE_INFINITY;
	#cuts = 0;

	take({ start, end, length }: Packet): void {
		const captured = end - start;
		if (captured > this.#longest) this.#longest = captured;
		if (captured >= length) return;
		this.#cuts++;
		this.#shortestCut = Math.min(this.#shortestCut, captured);
	}

	get mayDiffer(): boolean {
		return this.#cuts > 0 && (this.#cuts < ENOUGH || this.#longest > this.#shortestCut);
	}
}
