import type { Endpoint, Message } from '../../exchange/exchange.ts';
import { addressBytes, MAX_PAYLOAD_BYTES, type PacketEnd, TcpFlag, tcpPacket } from './packet.ts';
import { wireOf } from './wire.ts';

/** Takes an IP packet of `length` bytes on the wire, at a time of the capture. */
export type TakePacket = (time: number, packet: Buffer, length: number, comment: string | null) => void;

type Direction = 'request' | 'response';

/** 2^32 over the golden ratio: first numbers of connections that follow one another lie far apart. */
const NUMBERS_APART = 2_654_435_761;
let made = 0;

/** A TCP connection whose packets are made of the messages that passed it. */
export class Conversation {
	readonly #ends: Readonly<Record<Direction, PacketEnd>>;
	readonly #take: TakePacket;
	/** Sequence number of the next byte of each. */
	readonly #next: Record<Direction, number>;

	private constructor(client: PacketEnd, server: PacketEnd, take: TakePacket) {
		this.#ends = { request: client, response: server };
		this.#take = take;
		// Another one for each use of the same ports, as SYNs that are sent again have the same.
		const first = Math.imul(++made, NUMBERS_APART) >>> 0;
		this.#next = { request: first, response: first };
	}

	/** Null where the addresses are none. */
	static of({ side, localIp, localPort, remoteIp, remotePort }: Endpoint, take: TakePacket): Conversation | null {
		const [local, remote] = [addressBytes(localIp), addressBytes(remoteIp)];
		if (local === null || remote === null || local.length !== remote.length) return null;
		const [own, other] = [
			{ address: local, port: localPort },
			{ address: remote, port: remotePort },
		];
		return side === 'server' ? new Conversation(other, own, take) : new Conversation(own, other, take);
	}

	/** The handshake: it tells connections apart that use the same ports. `took`: as long as it was, where that is known. */
	open(time: number, took: number): void {
		this.#send('request', time - took, TcpFlag.syn, Buffer.alloc(0), 0, null);
		this.#next.request = (this.#next.request + 1) >>> 0;
		this.#send('response', time, TcpFlag.syn | TcpFlag.ack, Buffer.alloc(0), 0, null);
		this.#next.response = (this.#next.response + 1) >>> 0;
		this.#send('request', time, TcpFlag.ack, Buffer.alloc(0), 0, null);
	}

	/** The packets of a message: the last one when its last byte came, those before when its first one did. */
	message(direction: Direction, message: Message, comment: string): void {
		const { bytes, length } = wireOf(message);
		for (let at = 0; at < length; at += MAX_PAYLOAD_BYTES) {
			const end = Math.min(length, at + MAX_PAYLOAD_BYTES);
			const isLast = end === length;
			this.#send(
				direction,
				isLast ? message.lastTime : message.firstTime,
				TcpFlag.ack | (isLast ? TcpFlag.psh : 0),
				bytes.subarray(at, end),
				end - at,
				at === 0 ? comment : null,
			);
			this.#next[direction] = (this.#next[direction] + end - at) >>> 0;
		}
	}

	#send(
		direction: Direction,
		time: number,
		flags: number,
		payload: Uint8Array,
		length: number,
		comment: string | null,
	) {
		const opposite = direction === 'request' ? 'response' : 'request';
		const ack = (flags & TcpFlag.ack) === 0 ? 0 : this.#next[opposite];
		const segment = { seq: this.#next[direction], ack, flags, payload, length };
		const packet = tcpPacket(this.#ends[direction], this.#ends[opposite], segment);
		this.#take(time, packet, packet.length + length - payload.length, comment);
	}
}
