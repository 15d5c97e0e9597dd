import type { Segment } from './segment.ts';

/** A part of a stream that came before what precedes it. */
export interface Held {
	readonly pos: number;
	/** On the wire; the first bytes of it are those captured. */
	readonly length: number;
	readonly bytes: Buffer;
	readonly time: number;
	readonly iface: string | null;
	/** Its sender had received what is before this position of the other direction. */
	readonly answers: number;
}

/** Bytes and segments that one direction holds back: a generous receive window. */
const MAX_STREAM_BYTES = 4 << 20;
const MAX_STREAM_SEGMENTS = 4096;
/** Of all streams of a file together. */
const MAX_TOTAL_BYTES = 32 << 20;
/** What a held segment costs besides its bytes, so that empty ones count as well. */
const SEGMENT_BYTES = 200;

/** The memory that all reorder buffers of a file share. */
export class ReorderBudget {
	used = 0;

	get exhausted(): boolean {
		return this.used > MAX_TOTAL_BYTES;
	}
}

/** The segments of one direction that wait for those before them, in the order of their positions. */
export class ReorderBuffer {
	readonly #budget: ReorderBudget;
	readonly #held: Held[] = [];
	#bytes = 0;

	constructor(budget: ReorderBudget) {
		this.#budget = budget;
	}

	get first(): Held | undefined {
		return this.#held[0];
	}

	/** Too much is held: what is missing has to be given up. */
	get overflows(): boolean {
		const isFull = this.#bytes > MAX_STREAM_BYTES || this.#held.length > MAX_STREAM_SEGMENTS;
		return isFull || (this.#held.length > 0 && this.#budget.exhausted);
	}

	/** Keeps a segment, whose bytes are copied; new ones mostly come last. */
	add(pos: number, { length, bytes, start, captured, time, iface }: Segment, answers: number): void {
		let index = this.#held.length;
		while (index > 0 && this.#held[index - 1]!.pos > pos) index--;
		const before = this.#held[index - 1];
		const isFuller = before?.pos === pos && before.length === length && before.bytes.length < captured;
		// A retransmission of what is held already.
		if (before !== undefined && before.pos + before.length >= pos + length && !isFuller) return;
		const copy = Buffer.from(bytes.subarray(start, start + captured));
		if (isFuller) {
			this.#held[index - 1] = { ...before, bytes: copy };
			this.#account(captured - before.bytes.length);
			return;
		}
		this.#held.splice(index, 0, { pos, length, bytes: copy, time, iface, answers });
		this.#account(captured + SEGMENT_BYTES);
	}

	/** Whether a segment that is held has all of these bytes. */
	covers(pos: number, end: number): boolean {
		const before = this.#held.findLast((held) => held.pos <= pos);
		return before !== undefined && before.pos + before.length >= end;
	}

	/** Where the first byte from `pos` on stands that is not held. */
	reaches(pos: number): number {
		let end = pos;
		for (const held of this.#held) {
			if (held.pos > end) break;
			end = Math.max(end, held.pos + held.length);
		}
		return end;
	}

	/** Removes the first segment. */
	shift(): void {
		const first = this.#held.shift();
		if (first !== undefined) this.#account(-first.bytes.length - SEGMENT_BYTES);
	}

	/** Nobody asks for the rest: it makes room for other streams. */
	clear(): void {
		this.#held.length = 0;
		this.#account(-this.#bytes);
	}

	#account(bytes: number): void {
		this.#bytes += bytes;
		this.#budget.used += bytes;
	}
}
