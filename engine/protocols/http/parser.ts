import type { Exchange, Outcome } from '../../exchange/exchange.ts';
import {
	behind,
	bodyBytesOf,
	type Chunk,
	type Direction,
	type Gap,
	type ParserHost,
	type ProtocolParser,
} from '../protocol.ts';
import { UPGRADES } from '../upgrades.ts';
import { Framing, requestFraming, responseFraming } from './framing.ts';
import { keptHeads } from './kept-heads.ts';
import type { HttpMessage } from './message.ts';
import { Pairing } from './pairing.ts';
import { type MessageKind, MessageReader, type ReaderEvents } from './reader.ts';

/** Of exchanges that nobody reads. */
const UNREAD = { fields: [], bodyBytes: 0 };

/** Its heads are: of what it turns into they are the beginning. */
const isRead = (host: ParserHost): boolean => {
	if (host.reads === undefined || host.reads('http')) return true;
	return Array.from(UPGRADES.values()).some(({ protocol }) => host.reads?.(protocol) !== false);
};

/** HTTP/1.0 and 1.1 on one connection (RFC 9110, 9112). */
export class HttpParser implements ProtocolParser, ReaderEvents {
	readonly #host: ParserHost;
	readonly #requestDirection: Direction;
	readonly #pairing: Pairing;
	readonly #requests: MessageReader;
	readonly #responses: MessageReader;
	/** The server has said 100 Continue to the request that waits for it. */
	#continued = false;
	/** Bytes of the server were missed since the request, among them perhaps that answer. */
	#missed = false;
	/** The answer that has begun ends HTTP on the connection. */
	#endsHttp = false;
	/** The connection is no HTTP any more, and what has taken it over where that is known. */
	#isTunnel = false;
	#upgraded: ProtocolParser | null = null;
	/** A head has been read: it is HTTP. */
	#begun = false;
	over = false;

	constructor(host: ParserHost, requests: Direction, fromStart: boolean) {
		this.#host = host;
		this.#requestDirection = requests;
		this.#pairing = new Pairing(host, fromStart);
		const kept = keptHeads(isRead(host) ? host : UNREAD);
		const reading = { bodyBytes: bodyBytesOf(host, 'http'), completeness: host.completeness };
		this.#requests = new MessageReader('request', this, reading, kept.request, fromStart);
		this.#responses = new MessageReader('response', this, reading, kept.response, fromStart);
	}

	data(direction: Direction, chunk: Chunk, force: boolean): number {
		const isRequest = direction === this.#requestDirection;
		let taken = 0;
		if (!this.#isTunnel) {
			taken = (isRequest ? this.#requests : this.#responses).read(chunk, force);
			if (!isRequest && taken > 0) this.#pairing.responseSeen(chunk.lastTime);
			// The answer that ends HTTP may have been in these bytes.
			if (!this.#isTunnel) return taken;
		}
		if (this.over) return taken;
		const length = chunk.end - chunk.start;
		if (this.#upgraded === null) this.#host.completeness.otherBytes += length - taken;
		else if (taken < length) this.#upgraded.data(direction, behind(chunk, taken), force);
		return length;
	}

	gap(direction: Direction, gap: Gap): void {
		if (this.#isTunnel) this.#upgraded?.gap(direction, gap);
		else if (direction === this.#requestDirection) this.#requests.gap(gap);
		else {
			this.#missed = true;
			this.#responses.gap(gap);
			this.#pairing.responseSeen(gap.lastTime);
		}
	}

	end(direction: Direction, outcome: Outcome, time: number): void {
		if (this.#isTunnel) this.#upgraded?.end(direction, outcome, time);
		else if (direction === this.#requestDirection) this.#requests.endOfStream(true, time);
		else this.close(outcome, time);
	}

	pending(now: number): readonly Exchange[] {
		return [...this.#pairing.pending(now), ...(this.#upgraded?.pending(now) ?? [])];
	}

	close(told: Outcome, time: number): void {
		this.#requests.endOfStream(true, time);
		const isClient = this.#requestDirection === 'out';
		// A server that resets its clients: to them no answer without a length has an end (RFC 9112, 8).
		const outcome = told === 'closed' && !isClient && this.#host.hasReset === true ? 'reset' : told;
		// A client that went before the server had ended has not seen where an answer without a length ends.
		const isCut = isClient && this.#host.hasLetGo === true;
		const { hasMissedEnd } = this.#responses;
		this.#responses.endOfStream(outcome === 'closed' && !isCut, time);
		this.#pairing.close(outcome, time, hasMissedEnd);
		this.#upgraded?.close(outcome, time);
	}

	waits(direction: Direction): boolean {
		return !this.#isTunnel && direction === this.#requestDirection && this.#pairing.mayTunnel;
	}

	ready(kind: MessageKind): boolean {
		if (kind === 'request') return !this.#pairing.mayTunnel;
		// A response can be seen before its request: another thread may read it while the send call still runs.
		return this.#pairing.expectsResponse;
	}

	begin(kind: MessageKind, message: HttpMessage, tgid: number): number {
		this.#begun = true;
		return kind === 'request' ? this.#beginRequest(message, tgid) : this.#beginResponse(message);
	}

	complete(kind: MessageKind, message: HttpMessage): void {
		if (kind === 'request') this.#pairing.complete();
		else this.#completeResponse(message);
	}

	lost(kind: MessageKind, time: number): void {
		this.#pairing.lost(time, kind === 'response');
		this.over = !this.#begun;
	}

	missed(kind: MessageKind, time: number): void {
		if (kind === 'response' && this.#begun) this.#pairing.lost(time);
	}

	cut(kind: MessageKind, time: number): void {
		this.#pairing.cut(kind, time);
	}

	stray(kind: MessageKind, firstTime: number, time: number): void {
		if (kind === 'request') this.lost(kind, time);
		else this.#pairing.stray(firstTime, time);
	}

	#beginRequest(message: HttpMessage, tgid: number): number {
		this.#responses.endUnknown();
		this.#continued = false;
		this.#missed = false;
		this.#pairing.request(message, tgid);
		return requestFraming(message.start);
	}

	#beginResponse(message: HttpMessage): number {
		if (this.#pairing.current === null) this.#requests.endHead(message.firstTime);
		this.#requests.endUnknown();
		const exchange = this.#pairing.response(message);
		if (message.start.status === 100) this.#continued = true;
		const framing = responseFraming(message.start, exchange?.request.start.method ?? '');
		this.#endsHttp = framing === Framing.tunnel;
		return framing;
	}

	#truncate(message: HttpMessage): void {
		message.truncated = true;
		this.#host.completeness.truncated++;
	}

	#completeResponse(message: HttpMessage): void {
		const exchange = this.#pairing.current;
		if (exchange === null || exchange.response !== message) return;
		const { request } = exchange;
		const tunnel = this.#endsHttp;
		// A final answer instead of 100 Continue: the body need not come (RFC 9110, 10.1.1).
		const bodyRefused = request.start.expectsContinue && !this.#continued && request.size === request.start.length;
		if (!request.complete && (tunnel || bodyRefused)) {
			if (bodyRefused && this.#missed) this.#truncate(request);
			this.#requests.forgetBody();
		}
		this.#pairing.complete();
		if (!tunnel) return;
		this.#requests.tunnel();
		this.#responses.tunnel();
		this.#isTunnel = true;
		const upgrade = message.start.status === 101 ? UPGRADES.get(message.header('upgrade')?.toLowerCase() ?? '') : null;
		if (!upgrade) this.over = true;
		else if (this.#host.wants?.(upgrade.protocol) !== false) {
			this.#upgraded = upgrade.open(this.#host, this.#requestDirection, request, message);
		}
	}
}
