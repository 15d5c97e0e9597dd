import type { DataEvent } from './data-event.ts';

/** A range of a stream that could not be handed on yet; `bytes` is null where they were not captured. */
export interface Piece {
	pos: number;
	end: number;
	bytes: Buffer | null;
	firstTime: number;
	lastTime: number;
	tgid: number;
	/** Without bytes: the query wanted them. */
	lost: boolean;
	/** Without bytes: they may still come. */
	awaited: boolean;
	/** Of its event, or of an earlier one whose bytes stand behind it. */
	arrival: number;
	/** Where the bytes of the last event begin in `bytes`, when several were merged, and when they were sent or read. */
	lastEvent: number;
	lastEventTime: number;
}

/** Pieces of one stream in the order of their positions, without overlaps. */
export class PieceQueue {
	readonly #pieces: Piece[] = [];
	#bytes = 0;

	get first(): Piece | undefined {
		return this.#pieces[0];
	}

	get second(): Piece | undefined {
		return this.#pieces[1];
	}

	get length(): number {
		return this.#pieces.length;
	}

	/** Bytes held. */
	get bytes(): number {
		return this.#bytes;
	}

	/** Adds the range of an event, copied, so far as it is behind `next` and new. */
	insert(event: DataEvent, next: number, awaited: boolean): void {
		const { pos, start, firstTime, lastTime, tgid, arrival } = event;
		const common = { firstTime, lastTime, tgid, arrival, lastEvent: 0, lastEventTime: firstTime };
		const payloadEnd = pos + (event.end - start);
		for (const [from, to] of this.#uncovered(Math.max(pos, next), payloadEnd)) {
			const bytes = Buffer.from(event.bytes.subarray(start + (from - pos), start + (to - pos)));
			this.#put({ ...common, pos: from, end: to, bytes, lost: false, awaited: false });
		}
		for (const [from, to] of this.#uncovered(Math.max(payloadEnd, next), pos + event.len)) {
			this.#put({ ...common, pos: from, end: to, bytes: null, lost: event.lost, awaited });
		}
	}

	/** Gives payload to the ranges that are there without it; gives how many of the bytes were of use. */
	fill(pos: number, bytes: Buffer): number {
		let used = 0;
		const end = pos + bytes.length;
		for (let i = this.#indexBehind(pos); i < this.#pieces.length; i++) {
			const piece = this.#pieces[i]!;
			if (piece.pos >= end) break;
			if (piece.bytes !== null) continue;
			const from = Math.max(pos, piece.pos);
			const to = Math.min(end, piece.end);
			const parts: Piece[] = [
				{ ...piece, pos: from, end: to, bytes: bytes.subarray(from - pos, to - pos), awaited: false },
			];
			if (piece.pos < from) parts.unshift({ ...piece, end: from });
			if (to < piece.end) parts.push({ ...piece, pos: to });
			this.#pieces.splice(i, 1, ...parts);
			used += to - from;
			i += parts.length - 1;
		}
		this.#bytes += used;
		return used;
	}

	/** Takes `length` bytes off the first piece. */
	consume(length: number): void {
		const piece = this.#pieces[0];
		if (piece === undefined) return;
		if (piece.bytes !== null) {
			this.#bytes -= length;
			piece.bytes = piece.bytes.subarray(length);
			if (piece.lastEvent > 0 && length >= piece.lastEvent) piece.firstTime = piece.lastEventTime;
			piece.lastEvent = Math.max(0, piece.lastEvent - length);
		}
		piece.pos += length;
		if (piece.pos === piece.end) this.#pieces.shift();
	}

	/** Makes one piece of the first two where both have bytes and nothing is between them. */
	mergeFirst(): void {
		const [first, second] = this.#pieces;
		if (!first?.bytes || !second?.bytes || first.end !== second.pos) return;
		const bytes = Buffer.concat([first.bytes, second.bytes]);
		const { end, lastTime, firstTime: lastEventTime } = second;
		this.#pieces.splice(0, 2, { ...first, end, bytes, lastTime, lastEvent: first.bytes.length, lastEventTime });
	}

	/** Index of the first piece that ends behind `pos`; new ones mostly come last. */
	#indexBehind(pos: number): number {
		let index = this.#pieces.length;
		while (index > 0 && this.#pieces[index - 1]!.end > pos) index--;
		return index;
	}

	/** The parts of [from, to) that no piece covers. */
	#uncovered(from: number, to: number): [number, number][] {
		const ranges: [number, number][] = [];
		let at = from;
		for (let i = this.#indexBehind(from); at < to && i < this.#pieces.length; i++) {
			const piece = this.#pieces[i]!;
			if (piece.pos > at) ranges.push([at, Math.min(piece.pos, to)]);
			at = Math.max(at, piece.end);
		}
		if (at < to) ranges.push([at, to]);
		return ranges;
	}

	#put(piece: Piece): void {
		const index = this.#indexBehind(piece.pos);
		piece.arrival = Math.min(piece.arrival, this.#pieces[index]?.arrival ?? piece.arrival);
		this.#pieces.splice(index, 0, piece);
		this.#bytes += piece.bytes?.length ?? 0;
	}
}
