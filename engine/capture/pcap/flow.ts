import type { AgedList, Linked } from '../../aged-list.ts';
import { ClosedFlow, Known, MAX_BEHIND } from './closed-flows.ts';
import { Direction, UNKNOWN } from './direction.ts';
import type { End, FlowContext } from './flow-context.ts';
import { Handshake } from './handshake.ts';
import { PATIENCE_NS } from './patience.ts';
import { type Segment, TCP, TcpFlag } from './segment.ts';
import { SegmentTimes } from './segment-times.ts';

/** The largest window (RFC 7323, 2.3): what is farther from the stream is of another connection with these addresses. */
const MAX_WINDOW = 2 ** 30;

/** TCP states (include/net/tcp_states.h) and ECONNRESET, as the events tell them. */
const FIN_WAIT1 = 4;
const CLOSE = 7;
const CLOSE_WAIT = 8;
const ECONNRESET = 104;

const other = (end: End): End => (end === 0 ? 1 : 0);

/** A reset is believed where it is next in its stream (RFC 5961, 3.2). Elsewhere what follows it tells. */
interface OddReset {
	readonly sender: End;
	readonly pos: number;
	readonly time: number;
	/** Its sender has gone on, with what precedes it. */
	isFollowed: boolean;
}

/**
 * A TCP connection of the file: puts the segments of both directions into order and tells them as events of one end.
 * It is opened by its first bytes; one without any is of no interest.
 */
export class Flow implements Linked<Flow> {
	/** The next one in its bucket of the flow table. */
	chained: Flow | null = null;
	/** Where the flow table keeps it, and beside whom. */
	list: AgedList<Flow> | null = null;
	older: Flow | null = null;
	newer: Flow | null = null;
	readonly hash: number;
	status: 'new' | 'open' | 'closed' = 'new';
	/** Both directions are known, nothing is missing or held and neither has ended: `takeNext` knows what comes. */
	isSteady = false;
	/** Where header prediction keeps what either end sends; -1: nowhere. */
	readonly predicted: [number, number] = [-1, -1];
	readonly #context: FlowContext;
	/** No typed array: that would be as large as all else. */
	readonly #addresses: readonly number[];
	readonly #ports: readonly [number, number];
	readonly #family: number;
	readonly #directions: readonly [Direction, Direction];
	/** Of both ends; null where nobody asks for them. */
	readonly #times: readonly [SegmentTimes, SegmentTimes] | null;
	#client: End = 0;
	#local: End = 0;
	#cookie = 0;
	readonly #handshake = new Handshake();
	/** As was told last. */
	#rtt: number | null = null;
	#retransmits = 0;
	/** A reset that stands somewhere else in its stream than at its end. */
	#oddReset: OddReset | null = null;
	/** What is missing is not waited for. */
	#isImpatient = false;

	/** End 0 is the one that sent `first`. */
	constructor(context: FlowContext, hash: number, addresses: Int32Array, family: number, first: Segment) {
		this.#context = context;
		this.hash = hash;
		const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = addresses;
		this.#addresses = [a, b, c, d, e, f, g, h];
		this.#ports = [first.sourcePort, first.destinationPort];
		this.#family = family;
		this.#directions = [new Direction(context.budget), new Direction(context.budget)];
		const { stages, takesCounts } = context.sink;
		const { copies } = context;
		this.#times = stages || takesCounts ? [new SegmentTimes(copies), new SegmentTimes(copies)] : null;
		const isAnswer = (first.flags & TcpFlag.ack) !== 0;
		if ((first.flags & TcpFlag.syn) !== 0) this.#client = isAnswer ? 1 : 0;
		// Without the handshake: servers have the smaller port. Which end is which is corrected by what they say.
		else this.#client = first.sourcePort >= first.destinationPort ? 0 : 1;
	}

	/** Which end sends from there to there; null: it is another flow. */
	senderOf(addresses: Int32Array, sourcePort: number, destinationPort: number): End | null {
		const ports = this.#ports;
		if (sourcePort === ports[0] && destinationPort === ports[1] && this.#matches(addresses, 0)) return 0;
		return sourcePort === ports[1] && destinationPort === ports[0] && this.#matches(addresses, 4) ? 1 : null;
	}

	/** False for a segment of a later connection between the same ends. */
	owns(sender: End, { flags, seq, length }: Segment): boolean {
		const own = this.#directions[sender];
		if ((flags & TcpFlag.syn) !== 0) {
			if (own.syn !== UNKNOWN) return own.syn === seq;
			return own.next === UNKNOWN || own.next >>> 0 === (seq + 1) >>> 0;
		}
		if (own.next === UNKNOWN || length === 0) return true;
		const distance = own.distance(seq);
		return distance <= MAX_WINDOW && distance >= -MAX_BEHIND;
	}

	/** Writes down what tells its late segments, as `ClosedFlow` says. */
	leave(words: Int32Array, at: number): void {
		words.set(this.#addresses, at);
		words[at + ClosedFlow.ports] = (this.#ports[0] << 16) | this.#ports[1];
		let known = 0;
		for (const [end, { next, syn }] of this.#directions.entries()) {
			words[at + ClosedFlow.next + end] = next;
			words[at + ClosedFlow.syn + end] = syn;
			if (next !== UNKNOWN) known |= Known.next << end;
			if (syn !== UNKNOWN) known |= Known.syn << end;
		}
		words[at + ClosedFlow.known] = known;
	}

	take(sender: End, segment: Segment): void {
		this.#take(sender, segment);
		if (this.#oddReset?.sender === sender) this.#judgeReset(this.#oddReset, segment);
		this.isSteady = this.#canPredict;
	}

	/** Takes the next segment of a direction; false, and nothing has been done, when it is another one. */
	takeNext(sender: End, seq: number, ack: number, bytes: Buffer, start: number, end: number, time: number): boolean {
		if (this.#directions[other(sender)].distance(ack) > 0) return false;
		if (start === end) return true;
		if (this.#directions[sender].distance(seq) !== 0) return false;
		this.#tell(sender, end - start, bytes, start, end - start, time, null);
		return true;
	}

	/** Something is missing that may yet come: `expire` is to be called when it is overdue. */
	awaits(time: number): boolean {
		const [first, second] = this.#directions;
		return this.status !== 'closed' && Math.max(first.missingSince, second.missingSince) > time - PATIENCE_NS;
	}

	/** Gives up what has been missing for too long. */
	expire(time: number): void {
		const [first, second] = this.#directions;
		for (let before = UNKNOWN; this.status !== 'closed' && first.next + second.next !== before; ) {
			before = first.next + second.next;
			for (const end of [this.#client, other(this.#client)]) {
				this.#passConfirmed(end, time);
				this.#settle(end, time, false);
			}
		}
		this.isSteady = this.#canPredict;
	}

	/** The same of all that is missing. */
	#expireAll(time: number): void {
		this.#isImpatient = true;
		this.expire(time);
		this.#isImpatient = false;
	}

	#isOverdue(since: number, time: number): boolean {
		return this.#isImpatient || time - since >= PATIENCE_NS;
	}

	get #canPredict(): boolean {
		const [first, second] = this.#directions;
		const isPlain = this.#times === null && this.#oddReset === null;
		return this.status === 'open' && isPlain && first.isSteady && second.isSteady;
	}

	#take(sender: End, segment: Segment): void {
		const own = this.#directions[sender];
		const { flags, length, time } = segment;
		let { seq } = segment;
		own.seen = true;
		if ((flags & TcpFlag.syn) !== 0) {
			this.#synchronise(sender, segment);
			seq = (seq + 1) >>> 0;
		} else if (sender === this.#client) this.#handshake.went(time);
		if ((flags & TcpFlag.ack) !== 0) this.#acknowledge(other(sender), segment.ack, time);
		if (own.lacks) this.#confirm(sender, own.distance(seq), time);
		if (length > 0) {
			own.begin(seq);
			this.#data(sender, own.distance(seq), segment);
		}
		if ((flags & TcpFlag.rst) !== 0) this.#takeReset(sender, seq, time);
		else if ((flags & TcpFlag.fin) !== 0) this.#finish(sender, seq, segment);
	}

	/** Nothing more will come. */
	flush(time: number): void {
		if (this.#oddReset?.isFollowed === false) this.#reset(this.#oddReset.sender, this.#oddReset.time);
		else this.#giveUp(time);
	}

	/** What is held is told, and what is missing is not waited for any more. */
	#giveUp(time: number): void {
		this.#expireAll(time);
		if (this.status === 'closed') return;
		const ends = [this.#client, other(this.#client)];
		// What is told of one end opens it: what the other one lacks counts too.
		if (this.status === 'new' && ends.some((end) => this.#directions[end].held.first !== undefined)) this.#open(time);
		for (const end of ends) {
			const own = this.#directions[end];
			this.#settle(end, time, true);
			if (this.status !== 'open') continue;
			// One number of those acknowledged may be that of a FIN that was not captured.
			const known = own.fin !== UNKNOWN ? own.fin : own.acked > own.next + 1 ? own.acked : own.next;
			this.#skipTo(end, known, time);
		}
	}

	/** Another connection takes its place, or there is no room for it. */
	drop(time: number): void {
		this.flush(time);
		this.#close(time);
	}

	#matches(addresses: Int32Array, offset: number): boolean {
		const own = this.#addresses;
		// Of IPv4 addresses only the last words differ; few others end alike.
		if (addresses[3] !== own[3 + offset] || addresses[7] !== own[7 - offset]) return false;
		for (let word = 0; word < 8; word++) if (addresses[word] !== own[(word + offset) & 7]) return false;
		return true;
	}

	#synchronise(sender: End, segment: Segment): void {
		const own = this.#directions[sender];
		own.syn = segment.seq;
		own.begin((segment.seq + 1) >>> 0);
		this.#handshake.synchronised(segment);
	}

	/** The other end has told that it received all before `ack`: what is held behind a hole there will not be filled. */
	#acknowledge(end: End, ack: number, time: number): void {
		const own = this.#directions[end];
		own.begin(ack);
		const distance = own.distance(ack);
		this.#times?.[end].acknowledged(own.next + distance, time);
		if (distance <= 0 || distance > MAX_WINDOW) return;
		own.acked = Math.max(own.acked, own.next + distance);
		if (own.held.first !== undefined || own.fin !== UNKNOWN) this.#settle(end, time, false);
	}

	/** A segment stands behind bytes that were received: those of one end come in order. */
	#confirm(sender: End, distance: number, time: number): void {
		const own = this.#directions[sender];
		if (distance <= 0 || distance > MAX_WINDOW) return;
		own.confirm(Math.min(own.acked, own.next + distance), time);
	}

	/** So long after it they are not in the file. */
	#passConfirmed(sender: End, time: number): void {
		const own = this.#directions[sender];
		if (own.confirmed <= own.next || !this.#isOverdue(own.confirmedAt, time)) return;
		const end = Math.min(own.confirmed, own.held.first?.pos ?? own.confirmed);
		const { held } = this.#directions[other(sender)];
		// What the other end has said in between stands where it answered.
		for (let first = held.first; first !== undefined && first.answers < end; first = held.first) {
			this.#skipTo(sender, first.answers, time);
			this.#settle(other(sender), time, false);
			if (held.first === first) break;
		}
		this.#skipTo(sender, end, time);
		this.#settle(other(sender), time, false);
	}

	/** Bytes that begin `distance` behind the next one, or before it. */
	#data(sender: End, distance: number, segment: Segment): void {
		const own = this.#directions[sender];
		const { captured, length } = segment;
		if (this.#times?.[sender].sees(segment) === true)
			this.#time(this.#times[sender], sender, own.next + distance, segment);
		const peer = this.#directions[other(sender)];
		// A retransmission, or a keep-alive probe (RFC 9293, 3.8.4).
		if (distance + length <= 0) return;
		if (distance > 0 || peer.lacks || (captured < length && this.#context.packets.overlaps)) {
			own.held.add(own.next + distance, segment, peer.acked);
			if (own.held.overflows) this.#expireAll(segment.time);
		} else {
			this.#tellFrom(sender, own.next + distance, segment);
		}
		if (own.held.first !== undefined || own.fin !== UNKNOWN) this.#settle(sender, segment.time, false);
	}

	/** The next byte is one of those from `pos` on. What is held of them came earlier: of each byte its first packet tells. */
	#tellFrom(sender: End, pos: number, { bytes, start, captured, length, time, iface }: Segment): void {
		const own = this.#directions[sender];
		const end = pos + length;
		for (let before = UNKNOWN; own.next !== before && own.next < end && this.status !== 'closed'; ) {
			before = own.next;
			const { first } = own.held;
			const isKnown = first !== undefined && first.pos > before && first.bytes.length === first.length;
			const to = isKnown ? Math.min(first.pos, end) : end;
			const [from, size] = [before - pos, to - before];
			this.#tell(sender, size, bytes, start + from, Math.min(size, Math.max(0, captured - from)), time, iface);
			if (this.#directions[other(sender)].held.first !== undefined) this.#settle(other(sender), time, false);
			if (to < end) this.#settle(sender, time, false);
		}
	}

	/** Bytes from `pos` on have come: tells whether that was a retransmission, before they complete their message. */
	#time(times: SegmentTimes, sender: End, pos: number, segment: Segment): void {
		const { length, time } = segment;
		const { next, held } = this.#directions[sender];
		const end = pos + length;
		if (!times.take(pos, segment, next, end <= next || held.covers(pos, end), this.#handshake.trip)) return;
		if (this.status === 'new') this.#open(time);
		this.#context.sink.retransmit(this.#cookie, sender !== this.#local, time, pos, length);
		this.#count(this.#rtt, this.#retransmits + 1, time);
	}

	/** Without the handshake: from the capture point to either end and back. */
	#roundTrip([first, second]: readonly [SegmentTimes, SegmentTimes]): number | null {
		return this.#handshake.trip ?? (first.trip === null || second.trip === null ? null : first.trip + second.trip);
	}

	/**
	 * Tells what is held so far as nothing is missing before it, or what is missing will not come. An answer does not
	 * overtake what it answers.
	 */
	#settle(sender: End, time: number, giveUp: boolean): void {
		const own = this.#directions[sender];
		const peer = this.#directions[other(sender)];
		for (let first = own.held.first; first !== undefined; first = own.held.first) {
			const force = giveUp || own.held.overflows;
			const lacks = peer.lacksBefore(first.answers);
			const isGone = first.pos <= own.next || (own.acked >= first.pos && this.#isOverdue(first.time, time));
			const isCut = first.bytes.length < first.length && this.#context.packets.overlaps;
			if (!force && (lacks || !isGone || (isCut && !this.#isOverdue(first.time, time)))) return;
			// What it answers comes before it, whatever is missing behind that.
			if (lacks && peer.held.first === undefined) this.#skipTo(other(sender), first.answers, first.time);
			this.#skipTo(sender, first.pos, first.time);
			const known = own.next - first.pos;
			const captured = Math.max(0, first.bytes.length - known);
			const { length, bytes, iface } = first;
			if (known < length) this.#tell(sender, length - known, bytes, known, captured, first.time, iface);
			own.held.shift();
		}
		if (own.fin === UNKNOWN || own.ended) return;
		if (own.acked > own.fin) own.confirm(own.fin, time);
		if (own.next >= own.fin) this.#ended(sender, time);
	}

	/** Bytes up to a position are not in the file. */
	#skipTo(sender: End, pos: number, time: number): void {
		const own = this.#directions[sender];
		if (pos > own.next) this.#tell(sender, pos - own.next, NOTHING, 0, 0, time, null);
	}

	/** The next `length` bytes, which came at `time`. */
	#tell(
		sender: End,
		length: number,
		bytes: Buffer,
		start: number,
		captured: number,
		time: number,
		iface: string | null,
	): void {
		if (this.status === 'new') this.#open(time);
		const own = this.#directions[sender];
		own.inOrderAt = Math.max(own.inOrderAt, time);
		const isIn = sender !== this.#local;
		const { sink } = this.#context;
		if (this.#times !== null && bytes !== NOTHING) {
			const rtt = this.#roundTrip(this.#times);
			sink.packet(this.#cookie, isIn, time, own.next, length, rtt, iface);
			if (rtt !== this.#rtt) this.#count(rtt, this.#retransmits, time);
		}
		sink.data(this.#cookie, isIn, own.inOrderAt, time, own.next, length, bytes, start, captured);
		own.next += length;
	}

	#count(rtt: number | null, retransmits: number, time: number): void {
		this.#rtt = rtt;
		this.#retransmits = retransmits;
		// Equal stamps measure nothing.
		this.#context.sink.counts(this.#cookie, time, rtt === 0 ? null : rtt, retransmits);
	}

	#open(time: number): void {
		this.status = 'open';
		this.#cookie = this.#context.newCookie();
		this.#local = this.#context.localEnd(this.#addresses) ?? this.#client;
		const remote = other(this.#local);
		this.#context.sink.open(time, {
			cookie: this.#cookie,
			addresses: this.#local === 0 ? this.#addresses : swapped(this.#addresses),
			localPort: this.#ports[this.#local],
			remotePort: this.#ports[remote],
			family: this.#family,
			transport: TCP,
			...this.#handshake.opening(this.#local === this.#client),
			inPos: Math.max(0, this.#directions[remote].next),
			outPos: Math.max(0, this.#directions[this.#local].next),
		});
		if (this.#times !== null) this.#count(null, 0, time);
	}

	#finish(sender: End, seq: number, { length, time }: Segment): void {
		const own = this.#directions[sender];
		own.begin(seq);
		if (own.fin === UNKNOWN) own.finish(own.next + own.distance((seq + length) >>> 0));
		this.#settle(sender, time, false);
	}

	#ended(sender: End, time: number): void {
		const own = this.#directions[sender];
		own.ended = true;
		if (this.status === 'open') {
			const isLocal = sender === this.#local;
			const end = own.next;
			this.#context.sink.state(this.#cookie, time, isLocal ? FIN_WAIT1 : CLOSE_WAIT, 0, end, end, false);
		}
		if (this.#directions[other(sender)].ended) this.#close(time);
	}

	#takeReset(sender: End, seq: number, time: number): void {
		const own = this.#directions[sender];
		const distance = own.next === UNKNOWN ? 0 : own.distance(seq);
		// A FIN has a number of its own.
		const isNext = distance === 0 || own.next + distance === own.fin + 1;
		// Of what comes before it only the rest of cut packets is awaited.
		const isNextHeld = !this.#directions[other(sender)].lacks && own.held.reaches(own.next) === own.next + distance;
		if (isNext || isNextHeld) this.#reset(sender, time);
		else if (Math.abs(distance) <= MAX_WINDOW)
			this.#oddReset = { sender, pos: own.next + distance, time, isFollowed: false };
	}

	/** Another segment of the one who has sent a reset: it overtook that one, or it was of another connection. */
	#judgeReset(reset: OddReset, { flags, seq, length }: Segment): void {
		if ((flags & TcpFlag.rst) !== 0) return;
		const own = this.#directions[reset.sender];
		if (own.next === reset.pos) this.#reset(reset.sender, reset.time);
		else if (own.next + own.distance((seq + length) >>> 0) > reset.pos) this.#oddReset = null;
		else reset.isFollowed = true;
	}

	#reset(sender: End, time: number): void {
		this.#giveUp(time);
		if (this.status === 'open') {
			const [inEnd, outEnd] = [this.#directions[other(this.#local)].next, this.#directions[this.#local].next];
			// Who resets a connection gets no error.
			const isOwn = sender === this.#local;
			this.#context.sink.state(this.#cookie, time, CLOSE, isOwn ? 0 : ECONNRESET, inEnd, outEnd, isOwn);
		}
		this.#close(time);
	}

	#close(time: number): void {
		if (this.status === 'open') this.#context.sink.close(this.#cookie, time);
		this.status = 'closed';
		this.isSteady = false;
		// Behind the end of a stream nothing is told.
		for (const { held } of this.#directions) held.clear();
	}
}

const NOTHING: Buffer = Buffer.alloc(0);

const swapped = (addresses: readonly number[]): readonly number[] => [...addresses.slice(4), ...addresses.slice(0, 4)];
