import type { Conversation, Ends, TakePacket } from './conversation.ts';
import { type Sent, schedule } from './schedule.ts';
import { MAX_DATAGRAM_BYTES, udpPacket } from './udp.ts';

const CUT = { max: MAX_DATAGRAM_BYTES, isStream: false };

/** Datagrams between two ends. */
export class UdpConversation implements Conversation {
	readonly #ends: Ends;
	readonly #take: TakePacket;

	constructor(ends: Ends, take: TakePacket) {
		this.#ends = ends;
		this.#take = take;
	}

	/** Nothing announces datagrams, nor their end. */
	open(): void {}
	end(): void {}

	exchange(messages: readonly Sent[], said: string): void {
		for (const { direction, time, bytes, length, comment } of schedule(messages, CUT, said)) {
			const [from, to] = [this.#ends[direction], this.#ends[direction === 'request' ? 'response' : 'request']];
			const packet = udpPacket(from, to, bytes, length);
			this.#take(time, packet, packet.length + length - bytes.length, comment);
		}
	}
}
