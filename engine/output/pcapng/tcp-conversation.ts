import type { Conversation, Direction, Ends, TakePacket } from './conversation.ts';
import { type Sent, schedule } from './schedule.ts';
import { TcpFlag, tcpPacket } from './tcp.ts';

/** The largest payload of a packet here: as network cards that join segments hand them to the kernel. */
const CUT = { max: 32 << 10, isStream: true };

const NOTHING = new Uint8Array();

/** 2^32 over the golden ratio: first numbers of connections that follow one another lie far apart. */
const NUMBERS_APART = 2_654_435_761;
let made = 0;

/** A TCP connection. */
export class TcpConversation implements Conversation {
	readonly #ends: Ends;
	readonly #take: TakePacket;
	/** Sequence number of the next byte of each. */
	readonly #next: Record<Direction, number>;

	constructor(ends: Ends, take: TakePacket) {
		this.#ends = ends;
		this.#take = take;
		// Another one for each use of the same ports, as SYNs that are sent again have the same.
		const first = Math.imul(++made, NUMBERS_APART) >>> 0;
		this.#next = { request: first, response: first };
	}

	/** The handshake: it tells connections apart that use the same ports. */
	open(time: number, took: number): void {
		this.#send('request', time - took, TcpFlag.syn, NOTHING, 0, null);
		this.#next.request = (this.#next.request + 1) >>> 0;
		this.#send('response', time, TcpFlag.syn | TcpFlag.ack, NOTHING, 0, null);
		this.#next.response = (this.#next.response + 1) >>> 0;
		this.#send('request', time, TcpFlag.ack, NOTHING, 0, null);
	}

	exchange(messages: readonly Sent[], comment: string): void {
		for (const piece of schedule(messages, CUT, comment)) {
			const { direction, time, bytes, length, skipped, isLast } = piece;
			this.#next[direction] = (this.#next[direction] + skipped) >>> 0;
			const flags = TcpFlag.ack | (isLast ? TcpFlag.psh : 0);
			this.#send(direction, time, flags, bytes, length, piece.comment);
			this.#next[direction] = (this.#next[direction] + length) >>> 0;
		}
	}

	end(isReset: boolean, time: number): void {
		this.#send('response', time, (isReset ? TcpFlag.rst : TcpFlag.fin) | TcpFlag.ack, NOTHING, 0, null);
	}

	#send(
		direction: Direction,
		time: number,
		flags: number,
		payload: Uint8Array,
		length: number,
		comment: string | null,
	): void {
		const opposite = direction === 'request' ? 'response' : 'request';
		const ack = (flags & TcpFlag.ack) === 0 ? 0 : this.#next[opposite];
		const segment = { seq: this.#next[direction], ack, flags, payload, length };
		const packet = tcpPacket(this.#ends[direction], this.#ends[opposite], segment);
		this.#take(time, packet, packet.length + length - payload.length, comment);
	}
}
