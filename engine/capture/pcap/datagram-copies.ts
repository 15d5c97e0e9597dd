/** Nothing in a datagram tells it from another one with the same bytes: what passed two points is one within this time. */
const APART_NS = 1e9;
/** Datagrams that are remembered, and what is kept of them: the oldest is forgotten for one more. */
const MAX_KEPT = 4096;
const MAX_BYTES = 4 << 20;

/** Identifications that are remembered of datagrams with the same bytes; then all are forgotten. */
const MAX_IDS = 256;

interface Sightings {
	/** How many of these datagrams passed each point. */
	readonly counts: Map<string, number>;
	/** As many have been told. */
	told: number;
	/** Identifications of IP: each datagram that is sent has its own. */
	readonly ids: Set<number>;
	latest: number;
}

/** Knows datagrams that were captured more than once on their way, as at several interfaces. */
export class DatagramCopies {
	/** By flow and bytes; the one that was not seen longest stands first. */
	readonly #kept = new Map<string, Sightings>();
	#bytes = 0;

	/**
	 * Whether the datagram `key` at `point` is one that was told. What one point has seen twice was sent twice, unless `id`, the
	 * identification of IP where there is one, else 0, says that it is the same.
	 */
	has(key: string, point: string, id: number, time: number): boolean {
		this.#expire(time);
		const known = this.#kept.get(key);
		if (known === undefined) this.#bytes += key.length;
		else this.#kept.delete(key);
		const seen = known ?? { counts: new Map<string, number>(), told: 0, ids: new Set<number>(), latest: time };
		this.#kept.set(key, seen);
		seen.latest = Math.max(seen.latest, time);
		if (seen.ids.has(id)) return true;
		if (seen.ids.size >= MAX_IDS) seen.ids.clear();
		if (id !== 0) seen.ids.add(id);
		const count = (seen.counts.get(point) ?? 0) + 1;
		seen.counts.set(point, count);
		if (count <= seen.told) return true;
		seen.told = count;
		return false;
	}

	#expire(time: number): void {
		for (const [key, { latest }] of this.#kept) {
			const isFull = this.#kept.size >= MAX_KEPT || this.#bytes > MAX_BYTES;
			if (!isFull && time - latest <= APART_NS) return;
			this.#kept.delete(key);
			this.#bytes -= key.length;
		}
	}
}
