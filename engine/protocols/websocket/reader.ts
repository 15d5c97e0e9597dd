import type { Completeness } from '../../completeness.ts';
import type { Outcome } from '../../exchange/exchange.ts';
import { BodyCollector, MAX_BODY_BYTES } from '../http/body.ts';
import type { Chunk, Gap } from '../protocol.ts';
import type { Inflater } from './deflate.ts';
import {
	areWholeFrames,
	type FrameHeader,
	MAX_CONTROL_BYTES,
	MAX_HEADER_BYTES,
	readFrameHeader,
	unmask,
} from './frame.ts';
import { WebSocketMessage } from './message.ts';

export interface ReaderOptions {
	/** Payload bytes of each message to keep. */
	readonly bodyBytes: number;
	readonly completeness: Completeness;
	/** Frames of this direction are masked. */
	readonly masked: boolean;
	/** Null where messages are not compressed. */
	readonly inflater: Inflater | null;
	/** A message has ended; `unknown`: its end was missed. */
	readonly emit: (message: WebSocketMessage, outcome: Outcome, time: number) => void;
}

/** A message under way and what is kept of it. */
interface Incoming {
	readonly message: WebSocketMessage;
	readonly payload: BodyCollector;
}

/**
 * Puts the frames of one direction of a WebSocket connection together (RFC 6455, 5).
 *
 *  header ──14 bytes at most──► payload ──its length──► header
 *     └── nonsense, a gap ──► lost ── an event of whole frames ──► header
 */
export class FrameReader {
	readonly #options: ReaderOptions;
	readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
	/** Bytes of a header whose end has not come. */
	#headerLength = 0;
	#frame: FrameHeader | null = null;
	/** Payload bytes of the frame to come. */
	#remaining = 0;
	#lost = false;
	#data: Incoming | null = null;
	#control: Incoming | null = null;
	#pos = 0;
	#firstTime = 0;
	#tgid = 0;

	constructor(options: ReaderOptions) {
		this.#options = options;
	}

	read(chunk: Chunk): void {
		const { bytes, start, end } = chunk;
		const { completeness, inflater, masked } = this.#options;
		if (this.#lost) this.#lost = !areWholeFrames(bytes, start, end, inflater !== null, masked);
		let at = start;
		while (at < end && !this.#lost)
			at = this.#frame === null ? this.#readHeader(chunk, at) : this.#readPayload(chunk, at);
		completeness.unparsedBytes += end - at;
	}

	gap(gap: Gap): void {
		const length = this.#frame === null ? 0 : Math.min(this.#remaining, gap.length);
		const incoming = this.#current;
		if (length > 0 && incoming !== null) {
			incoming.payload.skip(length);
			this.#advance(incoming, length, gap.lastTime);
		}
		if (length === gap.length) return;
		// Frames that were left out by budget are missing as well: sizes alone do not tell how many.
		if (!gap.lost) this.#options.completeness.unparsedBytes += gap.length - length;
		this.#lose(gap.lastTime);
	}

	/** The message whose end has not come. */
	get pending(): WebSocketMessage | null {
		return this.#data?.message ?? null;
	}

	/** No more will come: what is under way ends so. */
	end(outcome: Outcome, time: number): void {
		for (const incoming of [this.#control, this.#data]) if (incoming !== null) this.#cut(incoming, outcome, time);
		this.#control = null;
		this.#data = null;
		this.#frame = null;
		this.#headerLength = 0;
	}

	get #current(): Incoming | null {
		return this.#frame?.isControl ? this.#control : this.#data;
	}

	#readHeader(chunk: Chunk, at: number): number {
		if (this.#headerLength === 0) {
			this.#pos = chunk.pos + (at - chunk.start);
			this.#firstTime = chunk.firstTime;
			this.#tgid = chunk.tgid;
		}
		const known = this.#headerLength;
		const length =
			known + chunk.bytes.copy(this.#header, known, at, Math.min(chunk.end, at + MAX_HEADER_BYTES - known));
		const frame = readFrameHeader(this.#header, 0, length, this.#options.inflater !== null);
		this.#headerLength = 0;
		if (frame === 'more') this.#headerLength = length;
		else if (frame === 'invalid') {
			this.#lose(chunk.lastTime);
			this.#options.completeness.unparsedBytes += known;
			return at;
		} else {
			this.#begin(frame, chunk.lastTime);
			return at + frame.headerBytes - known;
		}
		return at + length - known;
	}

	#begin(frame: FrameHeader, time: number): void {
		this.#frame = frame;
		this.#remaining = frame.length;
		let incoming = this.#current;
		// A message that begins within another: the end of the other one was missed.
		if (!frame.isControl && incoming !== null && frame.opcode !== 'continuation') {
			this.#cut(incoming, 'unknown', time);
			incoming = null;
		}
		incoming ??= this.#open(frame);
		if (frame.isControl) this.#control = incoming;
		else this.#data = incoming;
		const { message } = incoming;
		message.frames++;
		message.size += frame.headerBytes;
		this.#advance(incoming, 0, time);
	}

	#open(frame: FrameHeader): Incoming {
		const { opcode, isCompressed, isControl } = frame;
		const { bodyBytes } = this.#options;
		const message = new WebSocketMessage(frame, this.#pos, this.#firstTime, this.#tgid);
		message.truncated = opcode === 'continuation';
		// Of compressed payload a part is worth little, and what follows refers back to all of it.
		const whole = isCompressed && bodyBytes > 0 ? Number.POSITIVE_INFINITY : bodyBytes;
		return { message, payload: new BodyCollector(isControl ? MAX_CONTROL_BYTES : whole) };
	}

	#readPayload(chunk: Chunk, at: number): number {
		const incoming = this.#current;
		const frame = this.#frame;
		if (incoming === null || frame === null) return chunk.end;
		const next = Math.min(chunk.end, at + this.#remaining);
		const { mask, length } = frame;
		if (mask === null || incoming.payload.isFull) incoming.payload.add(chunk.bytes, at, next);
		else incoming.payload.add(unmask(chunk.bytes.subarray(at, next), mask, length - this.#remaining), 0, next - at);
		this.#advance(incoming, next - at, chunk.lastTime);
		return next;
	}

	/** So many bytes of the frame's payload have gone by; ends the frame, and the message, with the last of them. */
	#advance({ message, payload }: Incoming, length: number, time: number): void {
		this.#remaining -= length;
		message.payloadSize += length;
		message.size += length;
		message.lastTime = time;
		const frame = this.#frame;
		if (this.#remaining > 0 || frame === null) return;
		this.#frame = null;
		if (!frame.isFinal) return;
		if (frame.isControl) this.#control = null;
		else this.#data = null;
		this.#keep({ message, payload }, true);
		this.#options.emit(message, 'ok', time);
	}

	#cut(incoming: Incoming, outcome: Outcome, time: number): void {
		this.#keep(incoming, false);
		this.#options.emit(incoming.message, outcome, Math.max(time, incoming.message.lastTime));
	}

	#keep({ message, payload }: Incoming, complete: boolean): void {
		const { bodyBytes, completeness, inflater } = this.#options;
		if (payload.truncated) message.truncated = true;
		const whole = complete && !message.truncated;
		message.clipped = payload.clipped;
		const bytes = payload.take();
		if (message.opcode === 'close') this.#keepClose(message, bytes);
		else if (!message.isCompressed || inflater === null) message.body = bytes;
		else if (bodyBytes > 0) {
			const content = inflater.inflate(bytes ?? new Uint8Array(0), whole);
			const limit = Math.min(bodyBytes, MAX_BODY_BYTES);
			if (content === null || content.length > MAX_BODY_BYTES) message.truncated = true;
			message.clipped = content !== null && content.length > bodyBytes;
			// A copy: zlib's own buffer is of 16 KiB and more, whatever the content.
			message.body = content && Buffer.from(content.subarray(0, limit));
		}
		if (message.truncated) completeness.truncated++;
	}

	/** RFC 6455, 5.5.1: a code in two bytes, and a reason. */
	#keepClose(message: WebSocketMessage, bytes: Uint8Array | null): void {
		if (bytes === null || bytes.length < 2) return;
		message.closeCode = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
		message.body = bytes.subarray(2);
	}

	#lose(time: number): void {
		this.end('unknown', time);
		this.#options.inflater?.miss();
		this.#lost = true;
	}
}
