import { ipHeader, type PacketEnd, pseudoSum, sum } from './ip.ts';

const UDP = 17;
const HEADER_BYTES = 8;

/** The most that a datagram carries over IPv4 (RFC 768, RFC 791): 65,535 bytes with both headers. */
export const MAX_DATAGRAM_BYTES = 65_507;

/** An IP packet with a datagram of `length` bytes, of which the first are known. */
export const udpPacket = (from: PacketEnd, to: PacketEnd, payload: Uint8Array, length: number): Buffer => {
	const total = HEADER_BYTES + length;
	const header = Buffer.alloc(HEADER_BYTES);
	header.writeUInt16BE(from.port, 0);
	header.writeUInt16BE(to.port, 2);
	header.writeUInt16BE(total, 4);
	// The sum over bytes that are not known is not known either. Zero says that there is none.
	if (payload.length === length) {
		const pseudo = pseudoSum(from.address, to.address, UDP, total);
		header.writeUInt16BE(~sum(payload, sum(header, pseudo)) & 0xffff || 0xffff, 6);
	}
	return Buffer.concat([ipHeader(from.address, to.address, UDP, total), header, payload]);
};
