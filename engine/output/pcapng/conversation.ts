import type { Endpoint } from '../../exchange/exchange.ts';
import { addressBytes, type PacketEnd } from './ip.ts';
import type { Sent } from './schedule.ts';
import { TcpConversation } from './tcp-conversation.ts';
import { UdpConversation } from './udp-conversation.ts';

/** Takes an IP packet of `length` bytes on the wire, at a time of the capture. */
export type TakePacket = (time: number, packet: Buffer, length: number, comment: string | null) => void;

export type Direction = 'request' | 'response';

/** Who sends the messages of a direction: a client the requests. */
export type Ends = Readonly<Record<Direction, PacketEnd>>;

/** Makes packets of the messages that two ends exchanged. */
export interface Conversation {
	/** Begins at a time; `took`: as long as that was, where it is known. */
	open(time: number, took: number): void;
	/** The packets of the messages of an exchange. */
	exchange(messages: readonly Sent[], comment: string): void;
	/** The server's end has been closed, or broken off, where that is known. */
	end(isReset: boolean, time: number): void;
}

/** Null where the addresses are none. */
export const conversationOf = (endpoint: Endpoint, take: TakePacket): Conversation | null => {
	const { side, localIp, localPort, remoteIp, remotePort, transport } = endpoint;
	const [local, remote] = [addressBytes(localIp), addressBytes(remoteIp)];
	if (local === null || remote === null || local.length !== remote.length) return null;
	const [own, other] = [
		{ address: local, port: localPort },
		{ address: remote, port: remotePort },
	];
	const ends = side === 'server' ? { request: other, response: own } : { request: own, response: other };
	return transport === 'udp' ? new UdpConversation(ends, take) : new TcpConversation(ends, take);
};
