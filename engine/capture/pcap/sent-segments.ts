/** Segments of one direction that are remembered: as many as may be on their way between two captures of it. */
const MAX_SEGMENTS = 128;

/** Sequence numbers, and identifications of IPv4. */
const NUMBERS = 2 ** 32;
const IDS = 2 ** 16;

/** The last segments of a direction by where they begin and the identification of IP, of which each that is sent has its own. */
export class SentSegments {
	readonly #keys: number[] = [];
	#count = 0;

	/** Whether the segment is one of them, which was captured, or came, once more; without an identification nobody knows. */
	has(pos: number, id: number): boolean {
		return id !== 0 && this.#keys.includes(keyOf(pos, id));
	}

	add(pos: number, id: number): void {
		if (id !== 0) this.#keys[this.#count++ % MAX_SEGMENTS] = keyOf(pos, id);
	}
}

const keyOf = (pos: number, id: number): number => (pos % NUMBERS) * IDS + id;
