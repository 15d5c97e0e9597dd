import type { Endpoint } from '../exchange/exchange.ts';
import { behind, type Chunk, type Direction, opposite, type ProtocolModule } from '../protocols/protocol.ts';
import { proxyHeader } from '../protocols/proxy-header.ts';
import { beginningOf } from '../protocols/unknown/beginning.ts';
import { type Hidden, hiddenIn } from '../protocols/unknown/hidden.ts';

/** A connection seen from its start whose first bytes are of no protocol does not become one later. */
const MAX_UNKNOWN_BYTES = 64 << 10;

/** Each proxy on the way may say something of its client. */
const MAX_PROXIES = 4;

/** A protocol whose message begins at `from`, in the bytes that were asked about. */
export interface Recognised {
	readonly protocol: ProtocolModule;
	readonly requests: Direction;
	readonly from: number;
}

/** What the bytes of a connection are while no parser takes them: the protocols are asked, never the ports. */
export class Detection {
	readonly #protocols: readonly ProtocolModule[];
	readonly #isDatagram: boolean;
	/** Nothing came before the first bytes. */
	readonly #fromStart: boolean;
	/** Behind a protocol that is not spoken any more, or behind bytes that are missing: what begins now is not the start. */
	#left = false;
	/** Of a connection that was seen from its start. */
	#unknownBytes = 0;
	/** Who began with what is no text. */
	#binary: Direction | null = null;
	/** It speaks what may carry a protocol that is asked for. */
	#hidden: Hidden | null = null;
	/** Where what proxies say of their client ends, in the bytes that were asked about last. */
	#from = 0;

	constructor(protocols: readonly ProtocolModule[], transport: Endpoint['transport'], fromStart: boolean) {
		this.#protocols = protocols;
		this.#isDatagram = transport === 'udp';
		this.#fromStart = fromStart;
	}

	/** Nobody is asked any more. */
	get isSettled(): boolean {
		return this.#isDatagram || this.#unknownBytes > MAX_UNKNOWN_BYTES;
	}

	/** The next bytes are the first of all. */
	get isAtStart(): boolean {
		return this.#fromStart && !this.#left && this.#unknownBytes === 0;
	}

	get hidden(): Hidden | null {
		return this.#hidden;
	}

	leave(): void {
		this.#left = true;
	}

	/** `isAll`: more will not come. */
	ask(direction: Direction, chunk: Chunk, isAll: boolean): Recognised | 'more' | 'no' | 'settled' {
		const { bytes, start, end } = chunk;
		this.#from = start;
		if (this.isSettled) return 'settled';
		let verdict = this.#recognise(direction, chunk, isAll);
		for (let proxies = 0; verdict === 'no' && this.isAtStart && proxies < MAX_PROXIES; proxies++) {
			const header = proxyHeader(bytes, this.#from, end);
			if (header === 0) break;
			if (header === 'more' || this.#from + header === end) return 'more';
			this.#from += header;
			verdict = this.#recognise(direction, behind(chunk, this.#from - start), isAll);
		}
		return verdict;
	}

	/** So many of the bytes that were asked about are of no protocol. */
	unknown(direction: Direction, { bytes, end }: Chunk, length: number): void {
		if (this.isAtStart) {
			const beginning = beginningOf(bytes, this.#from, end);
			if (beginning === 'binary') this.#binary = direction;
			if (beginning === 'alike') this.#unknownBytes = Number.POSITIVE_INFINITY;
		}
		if (this.#fromStart) this.#unknownBytes += length;
	}

	/** Nobody wants them as they are: whether what is wanted may be within. */
	lookInto({ bytes, end }: Chunk): void {
		this.#hidden ??= hiddenIn(bytes, this.#from, end);
	}

	/** Asks the protocols whose message begins with a chunk. */
	#recognise(direction: Direction, { bytes, start, end }: Chunk, isAll: boolean): Recognised | 'more' | 'no' {
		let more = false;
		for (const protocol of this.#protocols) {
			const verdict = protocol.detect(bytes, start, end, isAll);
			if (verdict === 'more') more = true;
			if (verdict === 'request' || (verdict === 'response' && this.#binary !== opposite(direction)))
				return { protocol, requests: verdict === 'request' ? direction : opposite(direction), from: start };
		}
		return more ? 'more' : 'no';
	}
}
