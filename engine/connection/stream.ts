import { NOT_YET } from '../not-yet.ts';
import { type Chunk, type Direction, type Gap, NEEDS_MORE } from '../protocols/protocol.ts';
import { type DataEvent, NO_BYTES, newDataEvent } from './data-event.ts';
import { FillStash } from './fill-stash.ts';
import { type Piece, PieceQueue } from './piece-queue.ts';

/** Bytes and pieces of one direction that may wait for what is missing before them: a generous receive window. */
const MAX_PENDING_BYTES = 4 << 20;
const MAX_PENDING_PIECES = 1024;

/** The first position of a stream is not known yet: the connection was told of before the SYN was answered. */
const UNKNOWN = 0;

/** In place of a position. */
const NOT_WAITING = Number.NEGATIVE_INFINITY;

/** What a stream tells its connection. */
export interface StreamOwner {
	/** As ProtocolParser.data. */
	data(direction: Direction, chunk: Chunk, force: boolean): number;
	gap(direction: Direction, gap: Gap): void;
	end(direction: Direction): void;
	/** Something is missing, a range or what the other direction says: `giveUp` is to be called when that lasts. */
	wait(stream: ByteStream): void;
	/** What was missing has come. */
	progress(stream: ByteStream): void;
}

/** What is handed on of pieces that were kept: one object for all streams, filled anew each time. */
const view = newDataEvent();

/**
 * One direction of a connection: puts data events into the order of their positions. What comes in order is handed on at
 * once and without a copy; what cannot be is kept until `step` takes it. Duplicates are dropped.
 */
export class ByteStream {
	readonly direction: Direction;
	readonly #owner: StreamOwner;
	readonly #pending = new PieceQueue();
	/** Made when the first payload of pages comes: most streams have none. */
	#fills: FillStash | null = null;
	/** Position of the next byte to hand on. */
	#next: number;
	/** Position where the stream ends, once that is known. */
	#end = NOT_YET;
	/** Why the bytes at `#next` were not taken. */
	#blocked: 'no' | 'more' | 'other' = 'no';
	/** Where it waits, and its owner knows. */
	#waitsAt = NOT_YET;

	constructor(owner: StreamOwner, direction: Direction, pos: number) {
		// They change late: see NOT_YET.
		this.#end = Number.POSITIVE_INFINITY;
		this.#waitsAt = NOT_WAITING;
		this.#owner = owner;
		this.direction = direction;
		this.#next = pos;
	}

	/** Nothing is kept. */
	get idle(): boolean {
		return this.#pending.length === 0;
	}

	/** Arrival of what is first in line: of the event that the number of its DataEvent says. */
	get order(): number {
		return this.#pending.first?.arrival ?? Number.POSITIVE_INFINITY;
	}

	/** Bytes before those that are kept have not come. */
	get hasHole(): boolean {
		const { first } = this.#pending;
		return first !== undefined && (first.pos > this.#next || first.awaited);
	}

	/** Too few bytes have come to tell what they are. */
	get isUndecided(): boolean {
		return this.#blocked === 'more';
	}

	/** `step` and `rest` have nothing to do. */
	get isAtRest(): boolean {
		return this.#pending.length === 0 && this.#waitsAt === NOT_WAITING && this.#next < this.#end;
	}

	/** It is at rest, and stays so as long as what comes is handed on. */
	get isQuiet(): boolean {
		return this.isAtRest && this.#end === Number.POSITIVE_INFINITY;
	}

	get overflows(): boolean {
		return this.#pending.bytes > MAX_PENDING_BYTES || this.#pending.length > MAX_PENDING_PIECES;
	}

	/** Bytes were sent or received; gives whether they were handed on. With `hold` they are kept even when they are next. */
	add(event: DataEvent, hold: boolean): boolean {
		if (this.#next === UNKNOWN) this.#next = event.pos;
		if (!hold && event.pos === this.#next && this.idle && this.#takeWhole(event)) return true;
		this.#pending.insert(event, this.#next, false);
		return false;
	}

	/** As `add`, of pages that were sent and whose payload comes, or has come, by `fill`, so far as it was wanted. */
	addElsewhere(event: DataEvent, hold: boolean): boolean {
		const whole = this.#fills?.take(event.pos, event.pos + event.len) ?? null;
		if (whole !== null) {
			event.bytes = whole;
			event.start = 0;
			event.end = whole.length;
			event.lastEvent = 0;
			event.lost = false;
		}
		if (!event.lost && this.#fills?.isEmpty !== false) return this.add(event, hold);
		this.#pending.insert(event, this.#next, event.lost);
		for (const { pos, bytes } of this.#fills?.behind(this.#next) ?? []) this.#pending.fill(pos, bytes);
		return false;
	}

	/** Payload for a range that `addElsewhere` confirms, before or after; false when there is no room. `bytes` is kept. */
	fill(pos: number, bytes: Buffer): boolean {
		if (pos + bytes.length <= this.#next) return true;
		if (this.#pending.fill(pos, bytes) === bytes.length) return true;
		this.#fills ??= new FillStash();
		return this.#fills.keep({ pos, bytes });
	}

	/** The first byte will have this position; UNKNOWN: that shows when it comes. */
	begin(pos: number): void {
		if (this.#next === UNKNOWN) this.#next = pos;
	}

	/** No bytes come behind this position. */
	endAt(pos: number): void {
		this.#end = pos;
	}

	/** Hands what is first in line on; false when there is nothing or it has to wait, which it does not with `force`. */
	step(force: boolean): boolean {
		if (this.#blocked === 'more') this.#pending.mergeFirst();
		const { first } = this.#pending;
		if (first === undefined || first.pos !== this.#next || (first.awaited && !force)) return false;
		if (first.bytes !== null) return this.#offer(first, first.bytes, force);
		this.#gap(first.end, first.firstTime, first.lastTime, first.lost, first.tgid);
		this.#pending.consume(first.end - first.pos);
		this.#blocked = 'no';
		return true;
	}

	/** What is missing will not come: a hole becomes a gap, bytes that wait are handed on. */
	giveUp(): void {
		const { first } = this.#pending;
		if (first === undefined) return;
		if (first.pos > this.#next) this.#gap(first.pos, first.firstTime, first.firstTime, true, 0);
		// What is behind a hole has its place in the order of both directions.
		else if (first.awaited) while (this.#pending.first?.arrival === first.arrival && this.step(true));
		else while (!this.hasHole && this.step(true));
	}

	/** No more will come: what its known end says was there and was not told is a gap. */
	missTail(time: number): void {
		if (Number.isFinite(this.#end)) this.missTo(this.#end, time);
	}

	/** No more will come, and what is before `pos` was there. */
	missTo(pos: number, time: number): void {
		if (!this.idle || this.#next === UNKNOWN || this.#next >= pos) return;
		this.#gap(pos, time, time, true, 0);
		this.rest();
	}

	/** Its owner waits no longer. */
	waited(): void {
		this.#waitsAt = NOT_WAITING;
	}

	/** To be called when no `step` goes on: tells the owner of the end, or that it waits. */
	rest(): void {
		const waits = this.hasHole || this.#blocked === 'other';
		const at = waits ? this.#next : NOT_WAITING;
		if (at !== this.#waitsAt) {
			if (this.#waitsAt !== NOT_WAITING) this.#owner.progress(this);
			if (waits) this.#owner.wait(this);
			this.#waitsAt = at;
		}
		if (this.#next >= this.#end) {
			this.#end = Number.POSITIVE_INFINITY;
			this.#owner.end(this.direction);
		}
	}

	/** Hands an event on as it is; false when a part of it has to wait. */
	#takeWhole(event: DataEvent): boolean {
		const captured = event.end - event.start;
		if (captured > 0) {
			const taken = this.#owner.data(this.direction, event, false);
			if (taken > 0) this.#next += taken;
			if (taken < captured) {
				this.#blocked = taken === NEEDS_MORE ? 'more' : 'other';
				return false;
			}
		}
		if (event.len > captured) this.#gap(event.pos + event.len, event.firstTime, event.lastTime, event.lost, event.tgid);
		return true;
	}

	#offer(piece: Piece, bytes: Buffer, force: boolean): boolean {
		const isFollowed = this.#pending.second?.pos === piece.end;
		// What follows and could not be merged is a gap: more bytes cannot come.
		const forced = force || (this.#blocked === 'more' && isFollowed);
		view.bytes = bytes;
		view.start = 0;
		view.end = bytes.length;
		view.lastEvent = piece.lastEvent;
		view.lastEventTime = piece.lastEventTime;
		view.pos = piece.pos;
		view.firstTime = piece.firstTime;
		view.lastTime = piece.lastTime;
		view.tgid = piece.tgid;
		const taken = this.#owner.data(this.direction, view, forced);
		view.bytes = NO_BYTES;
		if (taken === NEEDS_MORE && !forced) {
			this.#blocked = 'more';
			return isFollowed;
		}
		const atEvent = taken === piece.lastEvent && taken > 0;
		const waits = !forced && !atEvent && taken < bytes.length;
		const consumed = forced ? bytes.length : taken;
		this.#blocked = waits ? 'other' : 'no';
		this.#next += consumed;
		this.#pending.consume(consumed);
		return !waits;
	}

	#gap(end: number, firstTime: number, lastTime: number, lost: boolean, tgid: number): void {
		const pos = this.#next;
		this.#next = end;
		this.#owner.gap(this.direction, { pos, length: end - pos, firstTime, lastTime, lost, tgid });
	}
}
