import { OVERTAKEN_NS, PATIENCE_NS } from './patience.ts';
import type { Segment } from './segment.ts';
import { isStamped, likenessOf } from './segment-likeness.ts';

/** Segments of one direction that are remembered: as many as may be on their way between two captures of it. */
const MAX_SEGMENTS = 128;

/** Sequence numbers, and identifications of IPv4. */
const NUMBERS = 2 ** 32;
const IDS = 2 ** 16;

/** Nobody sends his last segment again before it can have been answered (Linux: two ticks behind it; RFC 8985, 7.2). */
const ANSWERED_NS = 1e6;

/** Whether a file has been seen to hold packets twice, as of a switch that mirrors both ways. */
export interface FileCopies {
	seen: boolean;
}

/**
 * The last segments of a direction by where they begin and the identification of IP, of which each that is sent has its own.
 * Where IP has none, as of version 6, by the header of TCP.
 */
export class SentSegments {
	/** Of each its key, and behind it when it came: one array, of which there are two for each connection. */
	readonly #sent: number[] = [];
	readonly #copies: FileCopies;
	#count = 0;

	constructor(copies: FileCopies) {
		this.#copies = copies;
	}

	/**
	 * Whether the segment is one of them, which was captured, or came, once more. `isLast`: behind its bytes nothing has come.
	 * Without an identification one that is sent again may be the same, too, but not as soon: no other has come behind it, or
	 * its stamp (RFC 7323) is another one by then. Where others have come only what is known of the file tells.
	 */
	has(pos: number, segment: Segment, isLast: boolean): boolean {
		const index = this.#indexOf(keyOf(pos, segment));
		if (index === -1 || segment.identification !== 0) return index !== -1;
		const after = segment.time - this.#sent[index + 1]!;
		// Copies of what is sent again are copies of that.
		this.#sent[index + 1] = segment.time;
		const within = isStamped(segment) ? PATIENCE_NS : isLast ? ANSWERED_NS : OVERTAKEN_NS;
		if (after >= within) return false;
		if (isLast) this.#copies.seen = true;
		return this.#copies.seen;
	}

	add(pos: number, segment: Segment): void {
		const index = 2 * (this.#count++ % MAX_SEGMENTS);
		this.#sent[index] = keyOf(pos, segment);
		this.#sent[index + 1] = segment.time;
	}

	#indexOf(key: number): number {
		for (let index = 0; index < this.#sent.length; index += 2) if (this.#sent[index] === key) return index;
		return -1;
	}
}

const keyOf = (pos: number, segment: Segment): number =>
	(pos % NUMBERS) * IDS + (segment.identification === 0 ? likenessOf(segment) : segment.identification);
