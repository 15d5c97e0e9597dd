import type { Exchange, Outcome } from '../../exchange/exchange.ts';
import type { Chunk, Direction, Gap, ParserHost, ProtocolParser } from '../protocol.ts';
import { UnknownExchange } from './exchange.ts';
import { UnknownMessage } from './message.ts';

/** What is asked of a message where bytes come or are missing. */
type Add = (message: UnknownMessage) => void;

/**
 * Takes the two byte streams of a connection for turns: what the client sends is a request, what the server sends then is
 * the answer, which is over when the client speaks again or `finish` is called. Keeps one exchange and its first bytes.
 */
export class Turns implements ProtocolParser {
	readonly #host: ParserHost;
	readonly #requests: Direction;
	#exchange: UnknownExchange | null = null;

	constructor(host: ParserHost, requests: Direction) {
		this.#host = host;
		this.#requests = requests;
	}

	/** When the last byte of an answer came that may be over; null while there is none. */
	get answeredAt(): number | null {
		return this.#exchange?.response?.lastTime ?? null;
	}

	data(direction: Direction, chunk: Chunk): number {
		const { bytes, start, end, pos, firstTime, lastTime, tgid } = chunk;
		this.#take(direction, pos, firstTime, tgid, (message) => message.add(bytes, start, end, lastTime));
		return end - start;
	}

	gap(direction: Direction, { pos, length, firstTime, lastTime, lost, tgid }: Gap): void {
		this.#take(direction, pos, firstTime, tgid, (message) => message.skip(length, lastTime, lost));
	}

	end(direction: Direction): void {
		if (direction !== this.#requests) this.finish();
	}

	/** Nobody knows whether bytes of an unknown protocol want an answer: those that one end sent alone may. */
	pending(now: number): readonly Exchange[] {
		const exchange = this.#exchange;
		if (exchange === null || exchange.request === null || exchange.response !== null) return [];
		const pending = new UnknownExchange(exchange.endpoint, exchange.owner);
		pending.request = exchange.request;
		pending.endTime = now;
		return [pending];
	}

	close(outcome: Outcome, time: number): void {
		this.finish();
		const exchange = this.#exchange;
		// Many last words need no answer: an orderly end does not make them a failure.
		if (exchange !== null) this.#emit(exchange, outcome === 'closed' ? 'unknown' : outcome, time);
	}

	/** The answer, where there is one, is over. */
	finish(): void {
		const exchange = this.#exchange;
		if (exchange?.response) this.#emit(exchange, 'ok', exchange.response.lastTime);
	}

	/** What follows was recognised: what stands alone before it may be the end of a message of that protocol. */
	displace(): void {
		if (this.#exchange?.request) this.finish();
		const { request, response } = this.#exchange ?? {};
		this.#host.completeness.otherBytes += (request ?? response)?.size ?? 0;
		this.#exchange = null;
	}

	#take(direction: Direction, pos: number, time: number, tgid: number, add: Add): void {
		const isRequest = direction === this.#requests;
		if (isRequest) this.finish();
		this.#exchange ??= new UnknownExchange(this.#host.endpoint, this.#host.process(tgid));
		const exchange = this.#exchange;
		// Of what is missing nobody may know whose it was.
		exchange.owner ??= this.#host.process(tgid);
		const side = isRequest ? 'request' : 'response';
		const message = exchange[side] ?? new UnknownMessage(pos, time, this.#host.endpoint.transport !== 'udp');
		exchange[side] = message;
		add(message);
	}

	#emit(exchange: UnknownExchange, outcome: Outcome, time: number): void {
		this.#exchange = null;
		exchange.outcome = outcome;
		exchange.endTime = Math.max(time, exchange.startTime);
		this.#host.emit(exchange);
	}
}
