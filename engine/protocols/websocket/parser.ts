import type { Exchange, Outcome } from '../../exchange/exchange.ts';
import type { HttpMessage } from '../http/message.ts';
import {
	bodyBytesOf,
	type Chunk,
	type Direction,
	type Gap,
	type ParserHost,
	type ProtocolParser,
} from '../protocol.ts';
import { deflateTerms, Inflater } from './deflate.ts';
import { WebSocketExchange } from './exchange.ts';
import type { WebSocketMessage } from './message.ts';
import { FrameReader } from './reader.ts';

/** The two directions of a WebSocket connection, behind the handshake (RFC 6455). */
export class WebSocketParser implements ProtocolParser {
	readonly #host: ParserHost;
	readonly #target: string;
	readonly #fromClient: Direction;
	readonly #client: FrameReader;
	readonly #server: FrameReader;

	/** `fromClient` is the direction in which the handshake's request went. */
	constructor(host: ParserHost, fromClient: Direction, request: HttpMessage, response: HttpMessage) {
		const terms = deflateTerms(response.header('sec-websocket-extensions'));
		this.#host = host;
		this.#target = request.start.target;
		this.#fromClient = fromClient;
		this.#client = this.#reader(true, terms && new Inflater(terms.clientResets));
		this.#server = this.#reader(false, terms && new Inflater(terms.serverResets));
	}

	data(direction: Direction, chunk: Chunk): number {
		this.#readerOf(direction).read(chunk);
		return chunk.end - chunk.start;
	}

	gap(direction: Direction, gap: Gap): void {
		this.#readerOf(direction).gap(gap);
	}

	end(direction: Direction, outcome: Outcome, time: number): void {
		this.#readerOf(direction).end(outcome, time);
	}

	pending(now: number): readonly Exchange[] {
		return [this.#client, this.#server].flatMap(({ pending }, at) =>
			pending === null ? [] : this.#exchange(pending, at === 0, 'waiting', now),
		);
	}

	close(outcome: Outcome, time: number): void {
		this.#client.end(outcome, time);
		this.#server.end(outcome, time);
	}

	#readerOf(direction: Direction): FrameReader {
		return direction === this.#fromClient ? this.#client : this.#server;
	}

	#reader(isClient: boolean, inflater: Inflater | null): FrameReader {
		return new FrameReader({
			bodyBytes: bodyBytesOf(this.#host, 'websocket'),
			completeness: this.#host.completeness,
			masked: isClient,
			inflater,
			emit: (message, outcome, time) => this.#host.emit(this.#exchange(message, isClient, outcome, time)),
		});
	}

	#exchange(message: WebSocketMessage, isClient: boolean, outcome: Outcome, time: number): WebSocketExchange {
		const { endpoint } = this.#host;
		const origin = { endpoint, owner: this.#host.process(message.tgid), target: this.#target };
		return new WebSocketExchange(origin, message, isClient, outcome, time);
	}
}
