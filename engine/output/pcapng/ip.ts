import { bytesOf, parseAddress } from '../../address.ts';

const HOPS = 64;

/** One end of a packet: an address of 4 or 16 bytes. */
export interface PacketEnd {
	readonly address: Uint8Array;
	readonly port: number;
}

/** The bytes of an address; null when the text is none. */
export const addressBytes = (ip: string): Uint8Array | null => {
	const address = parseAddress(ip);
	return address && bytesOf(address).subarray(address.family === 4 ? 12 : 0);
};

/** Of 16-bit words, in ones' complement (RFC 1071). */
export const sum = (bytes: Uint8Array, start: number): number => {
	let total = start;
	for (let i = 0; i + 1 < bytes.length; i += 2) total += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
	if (bytes.length % 2 === 1) total += (bytes.at(-1) ?? 0) << 8;
	while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
	return total;
};

/** The header of a packet of that IP protocol number, with `length` bytes behind it. */
export const ipHeader = (from: Uint8Array, to: Uint8Array, protocol: number, length: number): Buffer => {
	const isFour = from.length === 4;
	const header = Buffer.alloc(isFour ? 20 : 40);
	if (isFour) {
		header[0] = 0x45;
		header.writeUInt16BE(header.length + length, 2);
		header.writeUInt16BE(0x4000, 6);
		header[8] = HOPS;
		header[9] = protocol;
		header.set(from, 12);
		header.set(to, 16);
		header.writeUInt16BE(~sum(header, 0) & 0xffff, 10);
	} else {
		header[0] = 0x60;
		header.writeUInt16BE(length, 4);
		header[6] = protocol;
		header[7] = HOPS;
		header.set(from, 8);
		header.set(to, 24);
	}
	return header;
};

/** What a checksum takes in besides the packet's own words: the pseudo-header (RFC 9293, 3.1; RFC 8200, 8.1). */
export const pseudoSum = (from: Uint8Array, to: Uint8Array, protocol: number, length: number): number =>
	sum(to, sum(from, protocol + length));
