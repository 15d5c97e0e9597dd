import { parseNet } from '../../capture/address.ts';

export const TcpFlag = { fin: 1, syn: 2, psh: 8, ack: 16 } as const;

const TCP = 6;
const TCP_HEADER_BYTES = 20;
const HOPS = 64;
/** Of receive windows nothing is known: the largest without scaling. */
const WINDOW = 0xffff;

/** The largest payload of a packet here: as network cards that join segments hand them to the kernel. */
export const MAX_PAYLOAD_BYTES = 32 << 10;

/** One end of a packet: an address of 4 or 16 bytes. */
export interface PacketEnd {
	readonly address: Uint8Array;
	readonly port: number;
}

/** The bytes of an address; null when the text is none. */
export const addressBytes = (ip: string): Uint8Array | null => {
	const bytes = parseNet(ip)?.bytes;
	return bytes === undefined ? null : ip.includes(':') ? bytes : bytes.subarray(12);
};

export interface Segment {
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	/** Those of its `length` bytes that are known, from the first on. */
	readonly payload: Uint8Array;
	readonly length: number;
}

/** Of 16-bit words, in ones' complement (RFC 1071). */
const sum = (bytes: Uint8Array, start: number): number => {
	let total = start;
	for (let i = 0; i + 1 < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
	if (bytes.length % 2 === 1) total += (bytes.at(-1) ?? 0) << 8;
	while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
	return total;
};

const ipHeader = (from: Uint8Array, to: Uint8Array, length: number): Buffer => {
	const isFour = from.length === 4;
	const header = Buffer.alloc(isFour ? 20 : 40);
	if (isFour) {
		header[0] = 0x45;
		header.writeUInt16BE(header.length + length, 2);
		header.writeUInt16BE(0x4000, 6);
		header[8] = HOPS;
		header[9] = TCP;
		header.set(from, 12);
		header.set(to, 16);
		header.writeUInt16BE(~sum(header, 0) & 0xffff, 10);
	} else {
		header[0] = 0x60;
		header.writeUInt16BE(length, 4);
		header[6] = TCP;
		header[7] = HOPS;
		header.set(from, 8);
		header.set(to, 24);
	}
	return header;
};

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
		const pseudo = sum(to.address, sum(from.address, TCP + length));
		tcp.writeUInt16BE(~sum(segment.payload, sum(tcp, pseudo)) & 0xffff, 16);
	}
	return Buffer.concat([ipHeader(from.address, to.address, length), tcp, segment.payload]);
};
