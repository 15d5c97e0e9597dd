import { AgedMap } from './aged-map.ts';

interface Entry {
	readonly giveUp: () => void;
	readonly deadline: number;
}

/** Those who wait, in the order of their deadlines: all have the same patience. */
export class Waiting {
	readonly #entries = new AgedMap<object, Entry>();
	readonly #patience: number;
	/** No deadline is earlier. */
	#earliest = Number.POSITIVE_INFINITY;

	constructor(patience: number) {
		this.#patience = patience;
	}

	/** `giveUp` is called when the patience is over. Who waits already keeps its deadline. */
	add(who: object, now: number, giveUp: () => void): void {
		if (this.#entries.has(who)) return;
		const deadline = now + this.#patience;
		this.#entries.set(who, { giveUp, deadline });
		this.#earliest = Math.min(this.#earliest, deadline);
	}

	delete(who: object): void {
		this.#entries.delete(who);
	}

	/** Lets those give up whose deadline has passed. */
	expire(now: number): void {
		while (now >= this.#earliest) {
			const { oldest } = this.#entries;
			this.#earliest = oldest?.deadline ?? Number.POSITIVE_INFINITY;
			if (oldest === undefined || now < oldest.deadline) return;
			this.#entries.deleteOldest();
			oldest.giveUp();
		}
	}
}
