import type { Outcome } from '../../exchange/exchange.ts';
import type { ParserHost } from '../protocol.ts';
import { HttpExchange } from './exchange.ts';
import { isFinal } from './framing.ts';
import type { HttpMessage } from './message.ts';

/** Requests of one connection that wait for their answer: clients that pipeline send tens. */
const MAX_IN_FLIGHT = 1000;

/** What is kept of them, heads and bodies: more than one may be the largest there is, and many connections do so at once. */
const MAX_IN_FLIGHT_BYTES = 8 << 20;
/** It is added up for every so many requests: they are few where they are large. */
const BYTES_CHECKED_EVERY = 8;

/** A connection that was still for so long has no answers under way that could be taken for another's. */
const QUIET_NS = 200e6;

/**
 * Pairs responses with requests by their order (RFC 9112, 9.3.2), never by time. Where messages were missed, at the
 * beginning of a capture or in a gap, the order is not known: then a request is paired only with a response that comes
 * while no other request is out, and on a connection that pipelines only after it was quiet.
 */
export class Pairing {
	readonly #host: ParserHost;
	/** Never another array: at the first change of a field V8 compiles anew what it had compiled to read it. */
	readonly #queue: HttpExchange[] = [];
	#synchronised: boolean;
	/** No message was missed; else what seemed to be the order may turn out to be another. */
	#isWhole: boolean;
	#pipelines = false;
	/** It looks as if it did, unless the answer in between was missed. */
	#seemsToPipeline = false;
	/** The response that comes next was there before any request that it could answer. */
	#isEarly = false;
	/** Not synchronised: the one request that is out may be paired. */
	#sure = false;
	/** Behind this one requests may have been missed. */
	#lastSure: HttpExchange | null = null;
	/** What seems to be the end of its answer may be that of another. */
	#endless: HttpExchange | null = null;
	#lastResponse = Number.NEGATIVE_INFINITY;
	/** The connection was there before the capture; nothing of it was missed, and nothing unasked has come since. */
	#isOlder: boolean;
	/** When the first of them was sent where the beginning was missed: nobody knows whether it was quiet before. */
	#firstRequest: number | null = null;

	constructor(host: ParserHost, synchronised: boolean) {
		this.#host = host;
		this.#synchronised = synchronised;
		this.#isWhole = synchronised;
		this.#isOlder = host.isOlder === true;
	}

	/** The request that the next response answers, or is answering. */
	get current(): HttpExchange | null {
		return this.#queue[0] ?? null;
	}

	/** The request sent last may turn the connection into a tunnel: what follows it has to wait for the answer. */
	get mayTunnel(): boolean {
		const start = this.#queue.at(-1)?.request.start;
		return start !== undefined && (start.upgrade || start.method === 'CONNECT');
	}

	/** Requests without a complete answer, in their order. */
	pending(now: number): readonly HttpExchange[] {
		return this.#queue.map((exchange) => exchange.pendingAt(now));
	}

	/** Whether the next response may begin: there is a request that it may answer. */
	get expectsResponse(): boolean {
		const { current } = this;
		if (current === null) this.#isEarly = true;
		return current?.response === null;
	}

	/** Bytes of a response were seen. */
	responseSeen(time: number): void {
		this.#lastResponse = time;
	}

	request(message: HttpMessage, tgid: number): void {
		if (!this.#synchronised) this.#consider(message);
		if (this.#queue.length >= MAX_IN_FLIGHT || this.#holdsTooMuch()) {
			this.#host.completeness.overflowed += this.#queue.length;
			this.lost(message.firstTime);
		}
		// Begun by one send call, or read at once.
		if (this.#queue.at(-1)?.request.firstTime === message.firstTime) this.#pipelines = true;
		this.#queue.push(new HttpExchange(this.#host.endpoint, this.#host.process(tgid), message));
	}

	/** Gives the exchange that a response belongs to, if any. */
	response(message: HttpMessage): HttpExchange | null {
		if (isFinal(message.start.status ?? 0)) this.#doubt(message);
		const exchange = this.current;
		// Where messages were missed, an answer that began before its request is none: it belongs to one of those. Else the
		// order tells, and not clocks: two interfaces or files may differ by more than an answer takes.
		const answers =
			exchange !== null &&
			exchange.response === null &&
			(this.#synchronised || (this.#sure && message.firstTime >= exchange.request.firstTime));
		if (!isFinal(message.start.status ?? 0)) return answers ? exchange : null;
		if (!answers) {
			this.#countUnasked(message);
			return null;
		}
		exchange.response = message;
		if (this.#queue.length > 1) this.#pipelines = true;
		this.#synchronised = true;
		return exchange;
	}

	/** A message is complete: so is its exchange, when the other one is. */
	complete(): void {
		const exchange = this.current;
		const response = exchange?.response;
		if (!exchange?.request.complete || !response?.complete) return;
		if (this.#queue.length === 1) this.#queue.pop();
		else this.#queue.shift();
		const outcome = (response.start.status ?? 0) >= 500 ? 'error' : 'ok';
		const isEndless = exchange === this.#endless;
		if (isEndless) this.#endless = null;
		this.#emit(exchange, isEndless ? 'unknown' : outcome, response.lastTime);
		if (exchange === this.#lastSure) {
			this.#lastSure = null;
			this.lost(response.lastTime, false);
		}
	}

	/**
	 * Messages may have been missed, among them answers or not: who waits cannot be told its answer. One that is being
	 * answered goes on.
	 */
	lost(time: number, answers = true): void {
		const queue = this.#queue;
		const isUnsure = ({ request, response }: HttpExchange): boolean => response === null && request.complete;
		const unsure = queue.filter(isUnsure);
		// A client that does not pipeline sent its last request because the one before had been answered: what was missed.
		const last = answers && !this.#pipelines && unsure.length === 2 ? unsure[1] : null;
		queue.splice(0, queue.length, ...queue.filter((exchange) => exchange === last || !isUnsure(exchange)));
		for (const exchange of unsure)
			if (exchange !== last) this.#emit(exchange, 'unknown', Math.max(time, exchange.request.lastTime));
		// What nobody waits for any more is let go of: its body may be large.
		if (this.#lastSure !== null && !queue.includes(this.#lastSure)) this.#lastSure = null;
		this.#synchronised = false;
		this.#isWhole = false;
		this.#isOlder = false;
		this.#seemsToPipeline = false;
		this.#sure = !this.#pipelines;
	}

	/** Bytes of the server are no response. Those that came before the request was sent are no answer to it. */
	stray(firstTime: number, time: number): void {
		const waiting = this.#queue.find(({ response }) => response === null);
		if (waiting !== undefined && waiting.request.firstTime <= firstTime) this.lost(time);
	}

	/** A message has no end, so that others may be in what follows it: more requests, or answers to the requests that wait. */
	cut(kind: 'request' | 'response', time: number): void {
		// Those before it are answered first, and it next.
		if (kind === 'request') this.#lastSure = this.#queue.at(-1) ?? null;
		else if (this.#queue.length > 1) {
			this.#endless = this.current;
			if (this.#endless?.response) this.#endless.response.truncated = true;
			this.lost(time);
		}
	}

	/** No answers will come any more. `missedEnd`: the one that has begun may have been whole, and others stand behind it. */
	close(outcome: Outcome, time: number, missedEnd: boolean): void {
		for (const exchange of this.#queue.splice(0)) {
			// What came since may have been its answer.
			const isOver = missedEnd && exchange.response !== null && outcome !== 'waiting';
			const isMissed =
				(!this.#synchronised || missedEnd) &&
				exchange.response === null &&
				this.#lastResponse >= exchange.request.firstTime;
			const mayBeAnswered = isOver || isMissed;
			this.#emit(exchange, mayBeAnswered ? 'unknown' : outcome, time);
		}
	}

	#holdsTooMuch(): boolean {
		const { length } = this.#queue;
		if (length === 0 || length % BYTES_CHECKED_EVERY !== 0) return false;
		const bytes = this.#queue.reduce(
			(sum, { request }) => sum + request.start.text.length + (request.wireBody?.length ?? 0),
			0,
		);
		return bytes > MAX_IN_FLIGHT_BYTES;
	}

	/**
	 * An answer that nobody asked for is one to a request that was missed, and so was that before it perhaps: the client
	 * pipelined when the capture began.
	 */
	#doubt({ firstTime }: HttpMessage): void {
		const isEarly = this.#isEarly;
		this.#isEarly = false;
		const exchange = this.current;
		// By its place and by its time: threads tell their calls in any order, and clocks of interfaces differ.
		const isUnasked = exchange === null || (isEarly && firstTime < exchange.request.firstTime);
		if (this.#isWhole || !this.#synchronised || !isUnasked) return;
		this.#synchronised = false;
		this.#sure = false;
		this.#pipelines = true;
	}

	/** Of the requests from before the capture one may be out, but for those who pipeline. */
	#countUnasked({ firstTime }: HttpMessage): void {
		const { completeness } = this.#host;
		if (this.#isOlder && firstTime < (this.#firstRequest ?? Number.POSITIVE_INFINITY)) completeness.earlier++;
		else completeness.unpaired++;
		this.#isOlder = false;
	}

	#consider(message: HttpMessage): void {
		const before = this.current;
		const quietSince = Math.max(this.#lastResponse, this.#firstRequest ?? Number.NEGATIVE_INFINITY);
		const isQuiet = message.firstTime - quietSince >= QUIET_NS;
		this.#firstRequest ??= message.firstTime;
		if (before !== null) {
			const seemed = this.#seemsToPipeline && !isQuiet;
			this.lost(message.firstTime);
			// Without any answer in between, the two are pipelined.
			this.#seemsToPipeline = seemed || this.#lastResponse < before.request.lastTime;
		}
		const pipelines = this.#pipelines || this.#seemsToPipeline;
		this.#sure = !pipelines || isQuiet;
	}

	#emit(exchange: HttpExchange, outcome: Outcome, time: number): void {
		exchange.outcome = outcome;
		// Clocks of two interfaces may say that the answer was there before.
		exchange.endTime = Math.max(time, exchange.startTime);
		// What is known of the process may have grown since the request.
		const latest = exchange.owner && this.#host.process(exchange.owner.pid);
		if (latest?.started === exchange.owner?.started) exchange.owner = latest;
		this.#host.emit(exchange);
	}
}
