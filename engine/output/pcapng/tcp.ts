import { ipHeader, type PacketEnd, pseudoSum, sum } from './ip.ts';

export const TcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

const TCP = 6;
const TCP_HEADER_BYTES = 20;
/** Of receive windows nothing is known: the largest without scaling. */
const WINDOW = 0xffff;

export interface Segment {
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	/** Those of its `length` bytes that are known, from the first on. */
	readonly payload: Uint8Array;
	readonly length: number;
}

/** An IP packet with a TCP segment (RFC 9293, 3.1), as much of it as is known. */
export const tcpPacket = (from: PacketEnd, to: PacketEnd, segment: Segment): Buffer => {
	const tcp = Buffer.alloc(TCP_HEADER_BYTES);
	tcp.writeUInt16BE(from.port, 0);
	tcp.writeUInt16BE(to.port, 2);
	tcp.writeUInt32BE(segment.seq, 4);
	tcp.writeUInt32BE(segment.ack, 8);
	tcp[12] = (TCP_HEADER_BYTES / 4) << 4;
	tcp[13] = segment.flags;
	tcp.writeUInt16BE(WINDOW, 14);
	const length = TCP_HEADER_BYTES + segment.length;
	// The sum over bytes that are not known is not known either.
	if (segment.payload.length === segment.length) {
		const pseudo = pseudoSum(from.address, to.address, TCP, length);
		tcp.writeUInt16BE(~sum(segment.payload, sum(tcp, pseudo)) & 0xffff, 16);
	}
	return Buffer.concat([ipHeader(from.address, to.address, TCP, length), tcp, segment.payload]);
};
