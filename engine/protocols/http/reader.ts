import type { Completeness } from '../../completeness.ts';
import { NOT_YET } from '../../not-yet.ts';
import { beganAt, type Chunk, type Gap, NEEDS_MORE, type ParserHost, type Verdict } from '../protocol.ts';
import { Anomaly } from './anomalies.ts';
import { BodyCollector } from './body.ts';
import { ChunkedFraming, endsWithLastChunk } from './chunked.ts';
import { Framing } from './framing.ts';
import { parseScanned } from './head.ts';
import { HeadCollector } from './head-collector.ts';
import { CR, LF } from './headers.ts';
import type { Kept } from './kept-heads.ts';
import { HttpMessage } from './message.ts';
import { detectStart, findStart, hasCommonMethod, lacksMethodStart } from './start-line.ts';

/** What the messages of one direction are. */
export type MessageKind = 'request' | 'response';

/** What the readers of both directions tell of their messages: methods of one object, so that V8 knows what it calls. */
export interface ReaderEvents {
	/** Whether the next message may begin now; else its bytes have to wait for the other direction. */
	ready(kind: MessageKind): boolean;
	/** A head is known; gives where its body ends: a length or a Framing. */
	begin(kind: MessageKind, message: HttpMessage, tgid: number): number;
	complete(kind: MessageKind, message: HttpMessage): void;
	/** Bytes were missing where a message should begin: others may have been missed. */
	lost(kind: MessageKind, time: number): void;
	/** Bytes were missing where nobody knows what stands. */
	missed(kind: MessageKind, time: number): void;
	/** The end of a head is missing, or where an answer ends, and perhaps more behind it. */
	cut(kind: MessageKind, time: number): void;
	/** Bytes that are no message stand where one should begin; the first of them came at `firstTime`. */
	stray(kind: MessageKind, firstTime: number, time: number): void;
}

/**
 *  seek ──start line──► start ──byte──► head ──empty line──► length | chunked | close | unknown ──end──► start
 *   ▲                                    │                                                    └──► tunnel
 *   └── a gap, a head without end ───────┘
 */
const State = { seek: 0, start: 1, head: 2, length: 3, chunked: 4, close: 5, unknown: 6, tunnel: 7 } as const;
type State = (typeof State)[keyof typeof State];

interface Joint {
	readonly at: number;
	readonly firstTime: number;
	readonly tgid: number;
}

/** Of the readers that have not met a chunked body yet: many connections never do. */
const NOT_CHUNKED = new ChunkedFraming();

/** Reads the messages of one direction of an HTTP/1 connection (RFC 9112). */
export class MessageReader {
	readonly #kind: MessageKind;
	readonly #events: ReaderEvents;
	readonly #kept: Kept;
	readonly #completeness: Completeness;
	readonly #head: HeadCollector;
	/** Null where no bodies are wanted. */
	readonly #body: BodyCollector | null;
	/** Of a body that is chunked. */
	#chunked = NOT_CHUNKED;
	#state: State;
	#message: HttpMessage | null = null;
	/** Body bytes to come, by Content-Length. */
	#remaining = 0;
	/** What would tell where the message ends was missed. */
	#endMissed = false;
	/** The body may not come at all: the next message may begin instead. */
	#optional = false;
	#pos = NOT_YET;
	#firstTime = NOT_YET;
	#tgid = 0;
	/** Where in the head that is collected the events behind its first one begin. */
	#joints: Joint[] = [];

	constructor(
		kind: MessageKind,
		events: ReaderEvents,
		{ bodyBytes, completeness }: Pick<ParserHost, 'bodyBytes' | 'completeness'>,
		kept: Kept,
		fromStart: boolean,
	) {
		this.#kind = kind;
		this.#events = events;
		this.#completeness = completeness;
		this.#kept = kept;
		this.#head = new HeadCollector(bodyBytes > 0);
		this.#body = bodyBytes > 0 ? new BodyCollector(bodyBytes) : null;
		this.#state = fromStart ? State.start : State.seek;
	}

	/** As ProtocolParser.data; takes nothing behind the message that ends HTTP. */
	read(chunk: Chunk, force: boolean): number {
		if (this.#state === State.seek || this.#state === State.unknown || this.#optional) {
			const verdict = this.#detect(chunk, force);
			if (verdict === 'more' && !force && this.#state !== State.unknown) return NEEDS_MORE;
			if (verdict === this.#kind) this.#restart();
		}
		let at = chunk.start;
		while (at < chunk.end) {
			if (this.#state === State.seek) {
				// Merged with what came before it, the last event did not make a start; alone it may.
				const next = at < chunk.lastEvent && !force ? chunk.lastEvent : chunk.end;
				this.#completeness.unparsedBytes += next - at;
				if (next < chunk.end) return next - chunk.start;
				at = next;
			} else if (this.#state === State.tunnel) return at - chunk.start;
			else if (this.#state === State.start) {
				while (at < chunk.end && (chunk.bytes[at] === CR || chunk.bytes[at] === LF)) at++;
				if (at === chunk.end) break;
				if (!force && !this.#events.ready(this.#kind)) return at - chunk.start;
				this.#start(chunk, at);
			} else if (this.#state === State.head) at = this.#readHead(chunk, at);
			else if (this.#isSmuggled(chunk, at)) this.#restart();
			else at = this.#readBody(chunk, at);
		}
		return chunk.end - chunk.start;
	}

	gap(gap: Gap): void {
		switch (this.#state) {
			case State.seek:
				this.#events.missed(this.#kind, gap.lastTime);
				break;
			case State.tunnel:
				break;
			case State.start:
				this.#loseStart(gap, gap.length);
				break;
			case State.head:
				if (this.#beginCut(gap.lastTime, true)) {
					this.#endMissed = true;
					this.#skip(gap, gap.length);
					this.#events.cut(this.#kind, gap.lastTime);
				} else this.#lose(gap.lastTime);
				break;
			case State.length: {
				const length = Math.min(this.#remaining, gap.length);
				this.#remaining -= length;
				this.#skip(gap, length);
				if (this.#remaining === 0) this.#complete();
				if (length < gap.length) this.#loseStart(gap, gap.length - length);
				break;
			}
			case State.chunked:
				this.#skip(gap, gap.length);
				if (this.#chunked.skip(gap.length)) break;
				this.#endMissed = true;
				this.#state = State.unknown;
				if (this.#kind === 'response') this.#events.cut(this.#kind, gap.lastTime);
				break;
			default:
				this.#skip(gap, gap.length);
		}
	}

	/** The stream is over: completes what lasts to its end when it ended `cleanly`, gives up the rest. */
	endOfStream(cleanly: boolean, time: number): void {
		const lasted = this.#state === State.close || this.#state === State.unknown;
		// The rest of a body that was answered early may still come.
		const goesOn = this.#kind === 'request' && (this.#state === State.length || this.#state === State.chunked);
		const next = goesOn ? this.#state : State.seek;
		if (this.#state === State.head) {
			// What may be the beginning of a start line hides no other message.
			const { bytes, start } = this.#head.scan;
			const mayStart = detectStart(bytes, start, start + this.#head.length) !== 'no';
			if (!this.#beginCut(time, false) && !mayStart) this.#lose(time);
		}
		this.#markLarger();
		if ((lasted && cleanly) || this.#kind === 'request') this.#complete();
		else if (this.#message !== null) this.#keepBody(this.#message);
		this.#message = null;
		this.#state = next;
	}

	/** The other direction shows that a message whose end is not known is over. */
	endUnknown(): void {
		if (this.hasMissedEnd) this.#tellCut();
		if (this.#state === State.unknown) this.#complete();
	}

	/** The head that has begun is answered: who was to read it waits for the rest no longer (RFC 9110, 15.5.9). */
	endHead(time: number): void {
		if (this.#state === State.head && !this.#beginCut(time, false)) this.#lose(time);
	}

	/** A message has begun, and where it ends was missed. */
	get hasMissedEnd(): boolean {
		return this.#state === State.unknown && this.#endMissed;
	}

	/** What follows is no HTTP any more. */
	tunnel(): void {
		this.#state = State.tunnel;
		this.#optional = false;
	}

	/** A body of which nothing has come, and perhaps nothing will, is no longer of interest: its message is complete. */
	forgetBody(): void {
		if (this.#message === null) return;
		this.#message.complete = true;
		this.#message = null;
		this.#optional = true;
	}

	/** Whether a message begins with a chunk: asked only where one may begin anywhere. */
	#detect({ bytes, start, end }: Chunk, isAll: boolean): Verdict {
		// Chunks never look like a start.
		const mayBeBody = this.#optional && this.#state === State.length;
		if (mayBeBody && this.#isBody(bytes, start, end)) return 'no';
		const verdict = detectStart(bytes, start, end, isAll);
		return verdict === 'request' && lacksMethodStart(bytes, start, end) ? 'no' : verdict;
	}

	/** A body that need not come may look like a start, but then the next start is behind it: `abcGET / HTTP/1.1` of three bytes. */
	#isBody(bytes: Buffer, start: number, end: number): boolean {
		const bodyEnd = start + this.#remaining;
		if (bodyEnd >= end || detectStart(bytes, bodyEnd, end) !== this.#kind) return false;
		// What is left of a method behind its first bytes may be one, too.
		const isInLine = bytes.subarray(start, bodyEnd).indexOf(LF) === -1;
		return !isInLine || hasCommonMethod(bytes, bodyEnd, end) || !hasCommonMethod(bytes, start, end);
	}

	/** Whether another message follows at once on a head that does not tell how long its body is. */
	#isSmuggled({ bytes, end }: Chunk, at: number): boolean {
		if (this.#state !== State.unknown || this.#message?.size !== this.#message?.start.length) return false;
		return detectStart(bytes, at, end) === this.#kind;
	}

	#restart(): void {
		this.#markLarger();
		if (this.hasMissedEnd) this.#tellCut();
		this.#complete();
		this.#state = State.start;
	}

	/** Other requests may be in what seems to be its body. */
	#markLarger(): void {
		if (this.#kind === 'request' && this.hasMissedEnd && this.#message !== null) this.#message.truncated = true;
	}

	/** Requests may have been missed behind one that is over. Of answers it was told when their end was. */
	#tellCut(): void {
		if (this.#kind === 'request' && this.#message !== null) this.#events.cut(this.#kind, this.#message.lastTime);
	}

	#start(chunk: Chunk, at: number): void {
		this.#state = State.head;
		this.#pos = chunk.pos + (at - chunk.start);
		this.#firstTime = beganAt(chunk, at);
		this.#tgid = chunk.tgid;
	}

	#readHead(chunk: Chunk, at: number): number {
		const { length } = this.#head;
		if (length > 0) this.#joints.push({ at: length, firstTime: chunk.firstTime, tgid: chunk.tgid });
		const next = this.#head.add(chunk.bytes, at, chunk.end);
		if (this.#head.ended) {
			if (!this.#begin(chunk.lastTime, false)) this.#resume(chunk.lastTime);
			this.#head.clear();
			if (this.#joints.length > 0) this.#joints = [];
		} else if (this.#head.tooLong) {
			this.#completeness.overflowed++;
			this.#completeness.unparsedBytes += this.#head.length;
			this.#lose(chunk.lastTime);
		}
		return next;
	}

	/** What was collected is no head: goes on with the message that begins in it, or with what follows it. */
	#resume(time: number): void {
		const { scan } = this.#head;
		const { bytes, text, length } = scan;
		const start = findStart(text, this.#kind);
		const skipped = start === -1 ? length : start;
		this.#completeness.unparsedBytes += skipped;
		this.#state = State.start;
		this.#events.stray(this.#kind, this.#firstTime, time);
		if (start === -1) return;
		const joint = this.#joints.findLast(({ at }) => at <= start);
		this.#firstTime = joint?.firstTime ?? this.#firstTime;
		this.#tgid = joint?.tgid ?? this.#tgid;
		this.#pos += start;
		const from = scan.start + start;
		scan.clear();
		scan.find(bytes, from, from + length - start);
		if (!this.#begin(time, false)) this.#completeness.unparsedBytes += length - start;
	}

	/** Begins a message whose head has no end: the rest is missing or was never sent. */
	#beginCut(time: number, missing: boolean): boolean {
		const isLineCut = this.#head.cut();
		const { length, firstEnd } = this.#head.scan;
		const begins = firstEnd !== -1 && this.#begin(time, true, isLineCut);
		this.#head.clear();
		this.#joints = [];
		if (!begins) {
			this.#completeness.unparsedBytes += length;
			return false;
		}
		if (isLineCut) this.#message?.start.cutLine();
		if (this.#message !== null) this.#message.truncated = missing;
		return true;
	}

	#begin(lastTime: number, cut: boolean, isLineCut = false): boolean {
		const { scan } = this.#head;
		const head = parseScanned(scan, this.#kept, isLineCut);
		if (head === null || (head.status === null) !== (this.#kind === 'request')) return false;
		const message = new HttpMessage(this.#pos, head, this.#firstTime, lastTime);
		message.size = scan.length;
		this.#message = message;
		this.#endMissed = false;
		const framing = this.#events.begin(this.#kind, message, this.#tgid);
		this.#frame(cut ? Framing.unknown : framing);
		return true;
	}

	#frame(framing: number): void {
		switch (framing) {
			case Framing.chunked:
				this.#chunked = new ChunkedFraming();
				this.#state = State.chunked;
				break;
			case Framing.close:
				this.#state = State.close;
				break;
			case Framing.unknown:
				this.#state = State.unknown;
				break;
			case Framing.tunnel:
			case 0:
				this.#complete();
				break;
			default:
				this.#remaining = framing;
				this.#state = State.length;
		}
	}

	#readBody(chunk: Chunk, at: number): number {
		let next = chunk.end;
		let isData = true;
		if (this.#state === State.length) {
			next = Math.min(chunk.end, at + this.#remaining);
			this.#remaining -= next - at;
		} else if (this.#state === State.chunked) {
			next = this.#chunked.step(chunk.bytes, at, chunk.end);
			isData = this.#chunked.isData;
		}
		this.#take(chunk, at, next, isData);
		if (this.#state === State.length ? this.#remaining === 0 : this.#state === State.chunked && this.#chunked.done) {
			this.#complete();
		} else if (this.#state === State.chunked && this.#chunked.broken) {
			if (this.#message !== null) this.#message.start.anomalies |= Anomaly.badChunk;
			this.#state = State.unknown;
		} else if (this.#state === State.unknown && endsWithLastChunk(chunk.bytes, chunk.start, chunk.end))
			this.#complete();
		return next;
	}

	#take(chunk: Chunk, at: number, next: number, isData: boolean): void {
		this.#optional = false;
		if (this.#message === null) return;
		this.#message.size += next - at;
		this.#message.lastTime = chunk.lastTime;
		if (isData) this.#body?.add(chunk.bytes, at, next);
	}

	#skip(gap: Gap, length: number): void {
		if (this.#message === null || length === 0) return;
		this.#message.size += length;
		this.#message.lastTime = gap.lastTime;
		this.#body?.skip(length);
	}

	#complete(): void {
		const message = this.#message;
		this.#message = null;
		this.#optional = false;
		this.#state = State.start;
		if (message === null) return;
		this.#keepBody(message);
		message.complete = true;
		this.#events.complete(this.#kind, message);
	}

	#keepBody(message: HttpMessage): void {
		if (this.#body?.truncated) message.truncated = true;
		if (message.truncated) this.#completeness.truncated++;
		message.clipped = this.#body === null ? message.size > message.start.length : this.#body.clipped;
		if (this.#body !== null) message.wireBody = this.#body.take();
	}

	/** The last `length` bytes of a gap stand where a message should begin. What was left out as a body counts here, too. */
	#loseStart({ lost, lastTime }: Gap, length: number): void {
		if (!lost) {
			this.#completeness.gaps++;
			this.#completeness.gapBytes += length;
		}
		this.#lose(lastTime);
	}

	#lose(time: number): void {
		this.#head.clear();
		this.#joints = [];
		this.#state = State.seek;
		this.#events.lost(this.#kind, time);
	}
}
