import type { Completeness } from '../completeness.ts';
import type { Endpoint, Exchange, Message, Outcome, Process } from '../exchange/exchange.ts';
import { MessageStages, type StageRange } from '../exchange/stages.ts';
import {
	behind,
	type Chunk,
	type Direction,
	type Gap,
	NEEDS_MORE,
	opposite,
	type ParserHost,
	type ProtocolModule,
	type ProtocolParser,
} from '../protocols/protocol.ts';
import { Turns } from '../protocols/unknown/turns.ts';
import type { Capture } from './capture.ts';
import type { DataEvent } from './data-event.ts';
import { Detection } from './detection.ts';
import type { Facts } from './facts.ts';
import { PATIENCE_NS } from './patience.ts';
import { StageLog } from './stage-log.ts';
import { ByteStream, type StreamOwner } from './stream.ts';

/** One observed end of a connection: two byte streams, and the parser that was chosen by what they say. */
export class Connection implements StreamOwner, ParserHost {
	readonly endpoint: Endpoint;
	readonly facts: Facts;
	readonly #capture: Capture;
	readonly #in: ByteStream;
	readonly #out: ByteStream;
	/** Nothing came before what the streams begin with. */
	#fromStart: boolean;
	#parser: ProtocolParser | null = null;
	/** Takes what is not recognised, where that is wanted. */
	#turns: Turns | null = null;
	/** Of the requests. */
	#requests: Direction = 'out';
	/** Made when the first stages come. Two fields: what is looked up by a computed name costs V8 four times as much. */
	#inStages: StageLog | null = null;
	#outStages: StageLog | null = null;
	/** A message that was sent and of which bytes have not left yet. */
	#leaving: MessageStages | null = null;
	/** Of what no parser has taken. */
	#detection: Detection;
	#arrivals = 0;
	/** How many of them there were when events were lost; -1: none were. */
	#doubtedAt = -1;
	/** Both streams are, as nearly always: so one need not look at either, which are far from one another in memory. */
	#isQuiet = false;
	#outcome: Outcome = 'closed';
	#failedAt: number | null = null;
	/** When the process closed both directions. */
	#letGoAt: number | null = null;

	constructor(
		capture: Capture,
		endpoint: Endpoint,
		facts: Facts,
		{ inPos, outPos, fromStart }: { readonly inPos: number; readonly outPos: number; readonly fromStart: boolean },
	) {
		this.#capture = capture;
		this.endpoint = endpoint;
		this.facts = facts;
		this.#fromStart = fromStart;
		this.#detection = new Detection(capture.protocols, endpoint.transport, fromStart);
		this.#in = new ByteStream(this, 'in', inPos);
		this.#out = new ByteStream(this, 'out', outPos);
	}

	get bodyBytes(): number {
		return this.#capture.bodyBytes;
	}

	get fields(): readonly string[] | undefined {
		return this.#capture.fields;
	}

	get completeness(): Completeness {
		return this.#capture.completeness;
	}

	process(tgid: number): Process | null {
		return this.#capture.process(tgid);
	}

	wants(protocol: string): boolean {
		return this.#capture.protocols.some(({ name }) => name === protocol);
	}

	reads(protocol: string): boolean {
		return this.#capture.isRead(protocol);
	}

	emit(exchange: Exchange): void {
		if (this.#inStages !== null || this.#outStages !== null) {
			this.#addStages(exchange.request, this.#requests);
			this.#addStages(exchange.response, opposite(this.#requests));
		}
		this.#nameOtherEnd(exchange);
		this.facts.protocol = exchange.protocol;
		this.#capture.emit(exchange);
	}

	/** Requests without a complete answer. */
	pending(): readonly Exchange[] {
		const pending = (this.#parser ?? this.#turns)?.pending(this.#capture.now) ?? [];
		for (const exchange of pending) {
			if (this.#isDoubtful) exchange.outcome = 'unknown';
			this.#nameOtherEnd(exchange);
		}
		return pending;
	}

	/** Events of any connection were lost: of the end of this one, too, perhaps. What comes next will tell by its position. */
	doubt(): void {
		this.#doubtedAt = this.#arrivals;
	}

	get #isDoubtful(): boolean {
		return this.#doubtedAt === this.#arrivals;
	}

	/** Something is known of a range of bytes; to be called before the event that may complete their message. */
	stage(direction: Direction, range: StageRange): void {
		if (direction === 'in') {
			this.#inStages ??= new StageLog();
			this.#inStages.add(range);
			return;
		}
		this.#outStages ??= new StageLog();
		this.#outStages.add(range);
		if (this.#leaving === null) return;
		this.#leaving.addLate(range);
		if (this.#leaving.sent !== null) this.#leaving = null;
	}

	/** Its bytes are of no protocol that is asked for: they need not be looked at. */
	get ignored(): boolean {
		// A parser is never chosen after that: the first question is the one that is at hand.
		return this.#parser === null && this.#detection.isSettled && !this.#capture.unknown;
	}

	/** These bytes are of no protocol that is asked for. */
	passOver(bytes: number): void {
		this.completeness[this.#detection.hidden ?? 'otherBytes'] += bytes;
	}

	/** Bytes were sent or received. */
	transfer(direction: Direction, event: DataEvent, elsewhere: boolean): void {
		const stream = this.#stream(direction);
		event.arrival = this.#arrivals++;
		// By shutdown() it lets go of nothing that has come before it, or comes: it may read on.
		this.#letGoAt = null;
		// What comes behind a hole of the other direction must not overtake what is kept there.
		const hold = !this.#isQuiet && this.#stream(opposite(direction)).hasHole;
		const isHandedOn = elsewhere ? stream.addElsewhere(event, hold) : stream.add(event, hold);
		if (this.#isQuiet && isHandedOn) return;
		if (!this.#in.isAtRest || !this.#out.isAtRest) {
			this.#settle();
			this.#bound();
		}
		this.#isQuiet = this.#in.isQuiet && this.#out.isQuiet;
	}

	/** Payload of pages that were sent; `bytes` is kept. */
	fill(pos: number, bytes: Buffer): void {
		if (!this.#out.fill(pos, bytes)) this.completeness.overflowed++;
		this.#settle();
		this.#bound();
	}

	endAt(direction: Direction, pos: number): void {
		this.#isQuiet = false;
		this.#stream(direction).endAt(pos);
		this.#settle();
	}

	/**
	 * Its handshake, during which it was first seen, is over: nothing comes before what the streams begin with, unless a
	 * request went with the SYN. `inPos`: where that which is received begins; 0: nobody knows.
	 */
	establish(inPos: number): void {
		const { endpoint, facts } = this;
		endpoint.side ??= 'client';
		if (facts.openedAt !== null && this.#capture.now > facts.openedAt)
			endpoint.connectTime = this.#capture.now - facts.openedAt;
		if (facts.bytesSent > 0 || facts.bytesReceived > 0) return;
		this.#in.begin(inPos);
		this.#fromStart = true;
		this.#detection = new Detection(this.#capture.protocols, endpoint.transport, true);
	}

	/** Its process waits for nothing more. TCP goes on without it, until the other machine has answered or was given up. */
	letGo(): void {
		if (this.#failedAt === null) this.#letGoAt ??= this.#capture.now;
	}

	get isOlder(): boolean {
		return !this.#fromStart;
	}

	get hasLetGo(): boolean {
		return this.#letGoAt !== null;
	}

	get hasReset(): boolean {
		return this.facts.hasReset;
	}

	/** An error of the socket: what its end will mean, if there is a process that it can be told to. */
	fail(outcome: Outcome): void {
		if (this.#letGoAt !== null) return;
		this.#outcome = outcome;
		this.#failedAt ??= this.#capture.now;
	}

	/** For who waits on it, which is over now. */
	get #endedAt(): number {
		return this.#failedAt ?? this.#letGoAt ?? this.#capture.now;
	}

	/** The socket is gone; `inRead` as of Connections. What the process took by ways that are not seen is a gap. */
	close(inRead: number): void {
		this.#finish(this.#outcome, this.#endedAt, inRead);
	}

	/** The capture ends, or the connection is given up: who waits for an answer goes on waiting, unless it was lost. */
	abandon(): void {
		this.#finish(this.#isDoubtful ? 'unknown' : 'waiting', this.#capture.now, 0);
	}

	data(direction: Direction, chunk: Chunk, force: boolean): number {
		const parser = this.#parser;
		if (parser === null) return this.#detect(direction, chunk, force);
		const taken = parser.data(direction, chunk, force);
		if (parser.over !== true) return taken;
		this.#leave(parser);
		if (taken >= chunk.end - chunk.start) return taken;
		const more = this.#detect(direction, behind(chunk, taken), force);
		return taken === 0 ? more : taken + Math.max(more, 0);
	}

	gap(direction: Direction, gap: Gap): void {
		// What is not looked at any more is not handed to the streams: to them all of it is missing.
		if (gap.lost && !this.ignored) {
			this.completeness.gaps++;
			this.completeness.gapBytes += gap.length;
		}
		const parser = this.#parser;
		parser?.gap(direction, gap);
		if (parser?.over === true) this.#leave(parser);
		else if (parser === null) {
			this.#detection.leave();
			if (this.#capture.unknown) this.#turn(direction).gap(direction, gap);
		}
	}

	end(direction: Direction): void {
		const parser = this.#parser ?? this.#turns;
		parser?.end(direction, this.#outcome, this.#endedAt);
	}

	wait(stream: ByteStream): void {
		this.#capture.wait(stream, () => {
			// The answer may take as long as it likes.
			if (!stream.hasHole && this.#parser?.waits?.(stream.direction) === true) return this.wait(stream);
			stream.waited();
			this.#giveUpFirst();
		});
	}

	progress(stream: ByteStream): void {
		this.#capture.progress(stream);
	}

	/** As it is known: rows are read later, by when more is, in a batch of a file more than of a live capture. */
	#nameOtherEnd(exchange: Exchange): void {
		if (this.#capture.peers) exchange.peerOwner = this.endpoint.peer?.owner ?? null;
	}

	#leave(parser: ProtocolParser): void {
		parser.close('unknown', this.#capture.now);
		this.#parser = null;
		this.#detection.leave();
	}

	#addStages(message: Message | null, direction: Direction): void {
		if (message === null) return;
		const end = message.pos + message.size;
		const log = direction === 'in' ? this.#inStages : this.#outStages;
		message.stages = new MessageStages(direction, message.pos, end, log?.take(message.pos, end) ?? []);
		if (direction === 'out' && message.stages.sent === null) this.#leaving = message.stages;
	}

	#stream(direction: Direction): ByteStream {
		return direction === 'in' ? this.#in : this.#out;
	}

	/** Hands on what can be, in the order of the events: what one direction says may let the other one go on. */
	#settle(): void {
		while (!this.#in.idle || !this.#out.idle) {
			const [earlier, later] = this.#inOrder();
			if (earlier.step(false)) continue;
			if (earlier.hasHole) break;
			if (later.step(false)) continue;
			// Bytes that were too few to tell what they are have been answered: there will be no more of them.
			const isDecided = this.#parser !== null && !(earlier.isUndecided && earlier.direction === this.#requests);
			if (isDecided || later.idle || later.hasHole || !earlier.step(true)) break;
		}
		this.#in.rest();
		this.#out.rest();
	}

	#bound(): void {
		if (!this.#in.overflows && !this.#out.overflows) return;
		this.completeness.overflowed++;
		this.#flush();
	}

	/** Nothing that is missing will come. */
	#flush(): void {
		while (!this.#in.idle || !this.#out.idle) this.#giveUpFirst();
	}

	/** Gives up the first hole; where there is none, what waits first for the other direction. */
	#giveUpFirst(): void {
		const [earlier, later] = this.#inOrder();
		(later.hasHole && !earlier.hasHole ? later : earlier).giveUp();
		this.#settle();
	}

	#inOrder(): readonly [ByteStream, ByteStream] {
		return this.#in.order < this.#out.order ? [this.#in, this.#out] : [this.#out, this.#in];
	}

	#finish(outcome: Outcome, time: number, inRead: number): void {
		this.#flush();
		this.#out.missTail(time);
		// Not up to the end that TCP knows: its process may have left the rest unread.
		this.#in.missTo(inRead, time);
		(this.#parser ?? this.#turns)?.close(outcome, time);
		for (const who of [this.#in, this.#out, this]) this.#capture.progress(who);
	}

	#detect(direction: Direction, chunk: Chunk, force: boolean): number {
		const { start, end, lastEvent } = chunk;
		const found = this.#detection.ask(direction, chunk, force);
		if (typeof found === 'object') {
			this.#open(found.protocol, found.requests);
			const before = found.from - start;
			if (before === 0) return this.data(direction, chunk, force);
			this.passOver(before);
			return before + Math.max(this.data(direction, behind(chunk, before), force), 0);
		}
		if (found !== 'settled' && !force) {
			if (this.#overtakes(direction)) return 0;
			if (found === 'more') return NEEDS_MORE;
		}
		const length = lastEvent > start && !force && !this.#fromStart ? lastEvent - start : end - start;
		this.#detection.unknown(direction, chunk, length);
		if (this.#capture.unknown) this.#turn(direction).data(direction, { ...chunk, end: start + length });
		else {
			this.#detection.lookInto(chunk);
			this.passOver(length);
		}
		return length;
	}

	/** The other direction has earlier bytes, too few to tell what they are. */
	#overtakes(direction: Direction): boolean {
		const other = this.#stream(opposite(direction));
		return other.isUndecided && other.order < this.#stream(direction).order;
	}

	#open(protocol: ProtocolModule, requests: Direction): void {
		this.#turns?.displace();
		this.#turns = null;
		this.#requests = requests;
		this.facts.protocol = protocol.name;
		this.endpoint.side ??= requests === 'out' ? 'client' : 'server';
		this.#parser = protocol.open(this, requests, this.#detection.isAtStart);
	}

	/** The next bytes of a direction are not recognised. Where the roles are not known, who speaks first is the client. */
	#turn(direction: Direction): Turns {
		if (this.#turns === null) {
			const { side } = this.endpoint;
			this.#requests = side === null ? direction : side === 'client' ? 'out' : 'in';
			this.#turns = new Turns(this, this.#requests);
		}
		this.#awaitQuiet();
		return this.#turns;
	}

	/** An answer behind which nothing more comes is over. */
	#awaitQuiet(): void {
		this.#capture.wait(this, () => {
			const answeredAt = this.#turns?.answeredAt ?? null;
			if (answeredAt === null) return;
			if (this.#capture.now - answeredAt >= PATIENCE_NS) this.#turns?.finish();
			else this.#awaitQuiet();
		});
	}
}
