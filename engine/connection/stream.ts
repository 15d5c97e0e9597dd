import { type Chunk, type Direction, type Gap, NEEDS_MORE } from '../protocols/protocol.ts';
import type { DataEvent } from './data-event.ts';
import { FillStash } from './fill-stash.ts';
import { PieceQueue } from './piece-queue.ts';

/** Bytes and pieces of one direction that may wait for what is missing before them: a generous receive window. */
const MAX_PENDING_BYTES = 4 << 20;
const MAX_PENDING_PIECES = 1024;

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
	overflow(): void;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** The chunk that is handed to an owner: one object for all streams, filled anew each time. */
const view = { bytes: EMPTY, start: 0, end: 0, pos: 0, firstTime: 0, lastTime: 0, tgid: 0 };

/**
 * One direction of a connection: puts data events into the order of their positions. What comes in order is handed on at
 * once and without a copy. Duplicates are dropped; holes are waited for, then told as gaps.
 */
export class ByteStream {
	readonly direction: Direction;
	readonly #owner: StreamOwner;
	readonly #pending = new PieceQueue();
	readonly #fills = new FillStash();
	/** Position of the next byte to hand on. */
	#next: number;
	/** Position where the stream ends, once that is known. */
	#end = Number.POSITIVE_INFINITY;
	/** Why the bytes at `#next` were not taken. */
	#blocked: 'no' | 'more' | 'other' = 'no';

	constructor(owner: StreamOwner, direction: Direction, pos: number) {
		this.#owner = owner;
		this.direction = direction;
		this.#next = pos;
	}

	get waitsForOther(): boolean {
		return this.#blocked === 'other';
	}

	/** Bytes were sent or received. */
	add(event: DataEvent): void {
		if (event.pos === this.#next && this.#pending.length === 0 && this.#takeWhole(event)) this.#checkEnd();
		else this.#insert(event, false);
	}

	/** Pages were sent whose payload comes, or has come, by `fill`. */
	addElsewhere(event: DataEvent): void {
		this.#pending.insert(event, this.#next, event.lost);
		for (const { pos, bytes } of this.#fills.behind(this.#next)) this.#pending.fill(pos, bytes);
		this.#settle();
	}

	/** Payload for a range that `addElsewhere` confirms, before or after. `bytes` is kept. */
	fill(pos: number, bytes: Buffer): void {
		if (pos + bytes.length <= this.#next) return;
		const used = this.#pending.fill(pos, bytes);
		if (used < bytes.length && !this.#fills.keep({ pos, bytes })) this.#owner.overflow();
		this.#settle();
	}

	/** No bytes come behind this position. */
	endAt(pos: number): void {
		this.#end = pos;
		this.#checkEnd();
	}

	/** Goes on with what is pending; true when anything was handed on. With `force`, nothing waits any longer. */
	drain(force: boolean): boolean {
		const from = this.#next;
		while (this.#step(force));
		const moved = this.#next !== from;
		if (moved) this.#owner.progress(this);
		const first = this.#pending.first;
		if (first && (first.pos > this.#next || first.awaited || this.#blocked === 'other')) this.#owner.wait(this);
		this.#checkEnd();
		return moved;
	}

	/** What is missing will not come: a hole becomes a gap, bytes that wait are handed on. */
	giveUp(): void {
		const first = this.#pending.first;
		if (first === undefined) return;
		if (first.pos === this.#next) {
			this.drain(true);
			return;
		}
		this.#gap(first.pos, first.firstTime, first.firstTime, true);
		this.drain(false);
	}

	/** Nothing will come any more: hands on all that is pending. */
	flush(): void {
		while (this.#pending.length > 0) this.giveUp();
	}

	/** Hands an event on as it is; false when a part of it has to wait. */
	#takeWhole(event: DataEvent): boolean {
		const { captured, start } = event;
		if (captured > 0) {
			view.bytes = event.bytes;
			view.start = start;
			view.end = start + captured;
			view.pos = event.pos;
			view.firstTime = event.firstTime;
			view.lastTime = event.lastTime;
			view.tgid = event.tgid;
			const taken = this.#owner.data(this.direction, view, false);
			view.bytes = EMPTY;
			this.#next += Math.max(taken, 0);
			if (taken < captured) {
				this.#blocked = taken === NEEDS_MORE ? 'more' : 'other';
				return false;
			}
		}
		if (event.len > captured) this.#gap(event.pos + event.len, event.firstTime, event.lastTime, event.lost);
		return true;
	}

	#insert(event: DataEvent, awaited: boolean): void {
		this.#pending.insert(event, this.#next, awaited);
		this.#settle();
	}

	#settle(): void {
		this.drain(false);
		if (this.#pending.bytes <= MAX_PENDING_BYTES && this.#pending.length <= MAX_PENDING_PIECES) return;
		this.#owner.overflow();
		this.flush();
	}

	/** Hands the first piece on; false when it has to wait. */
	#step(force: boolean): boolean {
		if (this.#blocked === 'more') this.#pending.mergeFirst();
		const { first: piece, second } = this.#pending;
		if (piece === undefined || piece.pos !== this.#next) return false;
		if (piece.bytes === null) {
			if (piece.awaited && !force) return false;
			this.#gap(piece.end, piece.firstTime, piece.lastTime, piece.lost);
			this.#pending.consume(piece.end - piece.pos);
			this.#blocked = 'no';
			return true;
		}
		const { length } = piece.bytes;
		// Behind the first piece is a gap, as it could not be merged: more bytes cannot come.
		const isLast = this.#blocked === 'more' && second?.pos === piece.end;
		view.bytes = piece.bytes;
		view.start = 0;
		view.end = length;
		view.pos = piece.pos;
		view.firstTime = piece.firstTime;
		view.lastTime = piece.lastTime;
		view.tgid = piece.tgid;
		const forced = force || isLast;
		const taken = this.#owner.data(this.direction, view, forced);
		view.bytes = EMPTY;
		if (taken === NEEDS_MORE && !forced) {
			this.#blocked = 'more';
			return second?.pos === piece.end;
		}
		const consumed = forced ? length : taken;
		this.#blocked = consumed < length ? 'other' : 'no';
		this.#next += consumed;
		this.#pending.consume(consumed);
		return this.#blocked === 'no';
	}

	#gap(end: number, firstTime: number, lastTime: number, lost: boolean): void {
		const pos = this.#next;
		this.#next = end;
		this.#owner.gap(this.direction, { pos, length: end - pos, firstTime, lastTime, lost });
	}

	#checkEnd(): void {
		if (this.#next < this.#end) return;
		this.#end = Number.POSITIVE_INFINITY;
		this.#owner.end(this.direction);
	}
}
