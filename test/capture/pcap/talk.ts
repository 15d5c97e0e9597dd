import type { CapturedPacket } from './files.ts';
import { START } from './files.ts';
import { ethernet, Flag, ipv4, tcp, type Wrap } from './frames.ts';

export interface TalkOptions {
	readonly client?: string;
	readonly server?: string;
	readonly clientPort?: number;
	readonly serverPort?: number;
	/** Initial sequence numbers. */
	readonly clientIsn?: number;
	readonly serverIsn?: number;
	/** ns since the epoch. */
	readonly start?: bigint;
	/** How a segment becomes a frame. */
	readonly wrap?: Wrap;
	/** ns between packets. */
	readonly step?: bigint;
}

/** Writes the packets of one TCP connection, each a step after the one before. */
export class Talk {
	readonly packets: CapturedPacket[] = [];
	readonly #options: TalkOptions;
	readonly #next: { client: number; server: number };
	#time: bigint;

	constructor(options: TalkOptions = {}) {
		this.#options = options;
		this.#time = options.start ?? START;
		this.#next = { client: options.clientIsn ?? 1000, server: options.serverIsn ?? 5000 };
	}

	/** A segment of one end that carries `payload`; `seq` and `ack` are what they have to be, unless they are given. */
	send(from: 'client' | 'server', payload: Uint8Array | string = '', fields: SegmentFields = {}): this {
		const { clientPort = 40_000, serverPort = 80, step = 1_000_000n } = this.#options;
		const isClient = from === 'client';
		const seq = fields.seq ?? this.#next[from];
		const ack = fields.ack ?? this.#next[isClient ? 'server' : 'client'];
		const flags = fields.flags ?? Flag.ack;
		const segment = tcp({
			sourcePort: isClient ? clientPort : serverPort,
			destinationPort: isClient ? serverPort : clientPort,
			seq,
			ack,
			flags,
			urgent: fields.urgent ?? 0,
			payload,
			options: fields.options ?? 0,
		});
		const wrap = this.#options.wrap ?? this.#wrap;
		this.packets.push({ time: this.#time, bytes: wrap(segment, isClient) });
		this.#time += step;
		const counted = payload.length + ((flags & (Flag.syn | Flag.fin)) === 0 ? 0 : 1);
		if (fields.seq === undefined) this.#next[from] = (seq + counted) >>> 0;
		return this;
	}

	/** Advances what an end sends without a packet of it in the file. */
	skip(from: 'client' | 'server', length: number): this {
		this.#next[from] = (this.#next[from] + length) >>> 0;
		return this;
	}

	/** The sequence number of the next byte. */
	next(from: 'client' | 'server'): number {
		return this.#next[from];
	}

	handshake(): this {
		this.send('client', '', { flags: Flag.syn, ack: 0 });
		return this.send('server', '', { flags: Flag.syn | Flag.ack }).send('client');
	}

	close(): this {
		return this.send('client', '', { flags: Flag.fin | Flag.ack })
			.send('server', '', { flags: Flag.fin | Flag.ack })
			.send('client');
	}

	readonly #wrap: Wrap = (segment, fromClient) => {
		const { client = '10.0.0.1', server = '10.0.0.2' } = this.#options;
		const [source, destination] = fromClient ? [client, server] : [server, client];
		return ethernet(ipv4({ source, destination }, segment));
	};
}

export interface SegmentFields {
	readonly seq?: number;
	readonly ack?: number;
	readonly flags?: number;
	/** Urgent pointer. */
	readonly urgent?: number;
	/** Bytes of TCP options. */
	readonly options?: number;
}

export const REQUEST = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
export const response = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
