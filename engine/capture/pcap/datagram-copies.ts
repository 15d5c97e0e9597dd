import { AgedMap } from '../../aged-map.ts';

/** Nothing in a datagram tells it from another one with the same bytes: what passed two points is one within this time. */
const APART_NS = 1e9;
/** Datagrams that are remembered, and what is kept of them: the oldest is forgotten for one more. */
const MAX_KEPT = 4096;
const MAX_BYTES = 4 << 20;

/** Identifications that are remembered of datagrams with the same bytes; then all are forgotten. */
const MAX_IDS = 256;
/** Datagrams of one kind that one of which more or less was captured is compared with. */
const MAX_ALIKE = 64;

/** A datagram as one point captured it. */
export interface Sighting {
	/** Its flow, sender and length. */
	readonly kind: string;
	/** Its bytes, as far as they were captured. */
	readonly text: string;
	readonly isCut: boolean;
	readonly point: string;
	/** The identification of IP where there is one, else 0. */
	readonly id: number;
	readonly time: number;
}

interface Known {
	/** Kind and text. */
	readonly key: string;
	readonly kind: string;
	readonly text: string;
	readonly isCut: boolean;
	/** How many of these datagrams passed each point. */
	readonly counts: Map<string, number>;
	/** As many have been told. */
	told: number;
	/** Identifications of IP: each datagram that is sent has its own. */
	readonly ids: Set<number>;
	latest: number;
}

const identify = ({ ids }: Known, id: number): void => {
	if (id === 0) return;
	if (ids.size >= MAX_IDS) ids.clear();
	ids.add(id);
};

const addAlike = (all: Map<string, Set<Known>>, known: Known): void => {
	const alike = all.get(known.kind) ?? new Set();
	all.set(known.kind, alike.add(known));
	const [oldest] = alike;
	if (alike.size > MAX_ALIKE && oldest !== undefined) alike.delete(oldest);
};

/** Knows datagrams that were captured more than once on their way, as at several interfaces. */
export class DatagramCopies {
	/** By kind and bytes; the one that was not seen longest stands first. */
	readonly #kept = new AgedMap<string, Known>();
	/** By kind; null as long as no point may have less of one than another. */
	#alike: Map<string, Set<Known>> | null = null;
	#bytes = 0;

	/**
	 * Whether the datagram is one that was told. What one point has seen twice was sent twice, unless its identification says
	 * that it is the same. `overlaps`: another point may have more or less of it.
	 */
	has(seen: Sighting, overlaps: boolean): boolean {
		const { kind, text, point, id, time } = seen;
		this.#expire(time);
		const key = `${kind} ${text}`;
		const known = this.#kept.get(key);
		if (known !== undefined && this.#isCopy(known, seen)) return true;
		if (overlaps) for (const other of this.#alikeOf(kind)) if (this.#isCutCopy(other, seen)) return true;
		if (known === undefined) this.#remember(key, seen);
		else {
			known.counts.set(point, ++known.told);
			identify(known, id);
			this.#renew(known, time);
		}
		return false;
	}

	#isCopy(known: Known, { point, id, time }: Sighting): boolean {
		const count = (known.counts.get(point) ?? 0) + 1;
		const isSame = known.ids.has(id);
		if (!isSame && count > known.told) return false;
		if (!isSame) known.counts.set(point, count);
		identify(known, id);
		this.#renew(known, time);
		return true;
	}

	/** Whether one of the two is the other one, cut. Where the identifications differ they are not. */
	#isCutCopy(known: Known, seen: Sighting): boolean {
		const { text, isCut, id } = seen;
		const isOther = id !== 0 && known.ids.size > 0 && !known.ids.has(id);
		if (isOther || text === known.text) return false;
		const isPart = (isCut && known.text.startsWith(text)) || (known.isCut && text.startsWith(known.text));
		return isPart && this.#isCopy(known, seen);
	}

	#remember(key: string, { kind, text, isCut, point, id, time }: Sighting): void {
		const ids = new Set<number>();
		if (id !== 0) ids.add(id);
		const known = { key, kind, text, isCut, counts: new Map([[point, 1]]), told: 1, ids, latest: time };
		this.#kept.set(key, known);
		this.#bytes += key.length;
		if (this.#alike !== null) addAlike(this.#alike, known);
	}

	#alikeOf(kind: string): Iterable<Known> {
		if (this.#alike === null) {
			this.#alike = new Map();
			for (const known of this.#kept.values()) addAlike(this.#alike, known);
		}
		return this.#alike.get(kind) ?? [];
	}

	/** It stands last. */
	#renew(known: Known, time: number): void {
		this.#kept.renew(known.key);
		known.latest = Math.max(known.latest, time);
	}

	#expire(time: number): void {
		for (let known = this.#kept.oldest; known !== undefined; known = this.#kept.oldest) {
			const isFull = this.#kept.size >= MAX_KEPT || this.#bytes > MAX_BYTES;
			if (!isFull && time - known.latest <= APART_NS) return;
			this.#kept.deleteOldest();
			this.#bytes -= known.key.length;
			const alike = this.#alike?.get(known.kind);
			alike?.delete(known);
			if (alike?.size === 0) this.#alike?.delete(known.kind);
		}
	}
}
