/** Segments of one direction that are remembered: as many as may be on their way between two captures of it. */
const MAX_SEGMENTS = 128;

/** The last segments of a direction by where they begin and the identification of IP, of which each that is sent has its own. */
export class SentSegments {
	readonly #places: number[] = [];
	readonly #ids: number[] = [];
	#count = 0;

	/** Whether the segment is one of them, which was captured, or came, once more; without an identification nobody knows. */
	has(pos: number, id: number): boolean {
		for (let i = id === 0 ? -1 : this.#ids.length - 1; i >= 0; i--)
			if (this.#ids[i] === id && this.#places[i] === pos) return true;
		return false;
	}

	add(pos: number, id: number): void {
		if (id === 0) return;
		const at = this.#count++ % MAX_SEGMENTS;
		this.#places[at] = pos;
		this.#ids[at] = id;
	}
}
