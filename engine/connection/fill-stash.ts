/** Payload that came before the event that confirms its range. */
export interface Fill {
	readonly pos: number;
	readonly bytes: Buffer;
}

/** A send call confirms its range when it returns; until then the device queue of one socket holds no more than this. */
const MAX_FILL_BYTES = 4 << 20;
/** As many segments of a full Ethernet frame as that is. */
const MAX_FILLS = 3000;

/** Holds the payload of pages that the kernel has sent, until it is known that and when a process has sent them. */
export class FillStash {
	#fills: Fill[] = [];
	#bytes = 0;

	get isEmpty(): boolean {
		return this.#fills.length === 0;
	}

	/** Gives false when there is no room. */
	keep(fill: Fill): boolean {
		if (this.#fills.length >= MAX_FILLS || this.#bytes + fill.bytes.length > MAX_FILL_BYTES) return false;
		this.#fills.push(fill);
		this.#bytes += fill.bytes.length;
		return true;
	}

	/** Takes the fill that is exactly `[pos, end)`, where it is the only one: so it is with what one packet holds. */
	take(pos: number, end: number): Buffer | null {
		const [only] = this.#fills;
		if (this.#fills.length !== 1 || only.pos !== pos || only.bytes.length !== end - pos) return null;
		this.#fills.pop();
		this.#bytes = 0;
		return only.bytes;
	}

	/** The fills of which some part is behind `pos`; the others are dropped. */
	behind(pos: number): readonly Fill[] {
		this.#fills = this.#fills.filter((fill) => fill.pos + fill.bytes.length > pos);
		this.#bytes = this.#fills.reduce((sum, { bytes }) => sum + bytes.length, 0);
		return this.#fills;
	}
}
