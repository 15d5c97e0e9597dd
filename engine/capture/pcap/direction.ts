import { type ReorderBudget, ReorderBuffer } from './reorder.ts';

const TWO_32 = 2 ** 32;
/** A double, as positions are: see NOT_YET. */
export const UNKNOWN = Number.NEGATIVE_INFINITY;

/** What one end sends. Positions are unwrapped as in bpf/events.h. */
export class Direction {
	/** Position of the next byte to tell; UNKNOWN before anything tells it. */
	next = UNKNOWN;
	/** The other end has received what is before it. */
	acked = UNKNOWN;
	/** Its sender has gone on from there, or has ended: what is before should have come; and since when that is known. */
	confirmed = UNKNOWN;
	confirmedAt = UNKNOWN;
	/** A segment of it is in the file: not all captures have both directions. */
	seen = false;
	/** When all before `next` had come. */
	inOrderAt = Number.NEGATIVE_INFINITY;
	/** Behind the last byte, once a FIN has told. */
	fin = UNKNOWN;
	ended = false;
	/** Sequence number of the SYN, which tells connections apart that use the same ports. */
	syn = UNKNOWN;
	readonly held: ReorderBuffer;

	constructor(budget: ReorderBudget) {
		this.held = new ReorderBuffer(budget);
	}

	confirm(pos: number, time: number): void {
		// A FIN has a number of its own, which is no byte.
		const end = this.fin === UNKNOWN ? pos : Math.min(pos, this.fin);
		if (this.confirmed <= this.next) this.confirmedAt = time;
		this.confirmed = Math.max(this.confirmed, end);
	}

	/** Its last byte stands before `pos`. */
	finish(pos: number): void {
		this.fin = pos;
		this.confirmed = Math.min(this.confirmed, pos);
	}

	begin(seq: number): void {
		if (this.next === UNKNOWN) this.next = seq + TWO_32;
	}

	/** The other end has received bytes that have not been told: the file lacks them, or they stand behind their answer. */
	get lacks(): boolean {
		return this.lacksBefore(this.acked);
	}

	/** The same of the bytes before `pos`. */
	lacksBefore(pos: number): boolean {
		return this.seen && pos > this.next && this.next !== this.fin;
	}

	/** The first time at which something is known to be missing that may yet come; UNKNOWN: nothing is. */
	get missingSince(): number {
		const { first } = this.held;
		if (this.confirmed > this.next) return this.confirmedAt;
		if (first === undefined) return UNKNOWN;
		const isCut = first.bytes.length < first.length;
		return isCut || (first.pos > this.next && this.acked >= first.pos) ? first.time : UNKNOWN;
	}

	/** What it has told is all that there is so far. */
	get isSteady(): boolean {
		const isKnown = this.seen && this.next !== UNKNOWN && this.fin === UNKNOWN;
		return isKnown && this.acked <= this.next && this.held.first === undefined;
	}

	/** Bytes from `next` to a sequence number: the shorter way round. */
	distance(seq: number): number {
		return (seq - (this.next >>> 0)) | 0;
	}
}
