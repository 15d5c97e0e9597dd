import type { Message } from '../../exchange/exchange.ts';
import type { Conversation, Direction, Ends, TakePacket } from './conversation.ts';
import { MAX_DATAGRAM_BYTES, udpPacket } from './udp.ts';
import { piecesOf, unknownBytes, wireOf } from './wire.ts';

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

	message(direction: Direction, message: Message, comment: string): void {
		const parts = wireOf(message);
		const said = comment + unknownBytes(parts, message);
		const [from, to] = [this.#ends[direction], this.#ends[direction === 'request' ? 'response' : 'request']];
		for (const { bytes, length, isFirst, isLast } of piecesOf(parts, MAX_DATAGRAM_BYTES)) {
			const packet = udpPacket(from, to, bytes, length);
			const time = isLast && !isFirst ? message.lastTime : message.firstTime;
			this.#take(time, packet, packet.length + length - bytes.length, isFirst ? said : null);
		}
	}
}
