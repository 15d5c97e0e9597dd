import { u16 } from './integers.ts';

/** All stations, unnumbered information: what stands in front of a frame where it has not been agreed away (RFC 1662, 3.1). */
const ADDRESS_CONTROL = 0xff03;
/** Protocols (RFC 1332, RFC 5072). */
const IPV4 = 0x0021;
const IPV6 = 0x0057;
/** Any packet, compressed (RFC 1962) or encrypted (RFC 1968). */
const HIDDEN: ReadonlySet<number> = new Set([0x00fd, 0x0053]);

const protocolAt = (bytes: Buffer, start: number, end: number): number =>
	start + 2 <= end && u16(bytes, start) === ADDRESS_CONTROL ? start + 2 : start;

/** Odd: it has been compressed to one byte (RFC 1661, 6.5). */
const isShort = (bytes: Buffer, at: number): boolean => (bytes[at]! & 1) !== 0;

const protocolOf = (bytes: Buffer, at: number): number => (isShort(bytes, at) ? bytes[at]! : u16(bytes, at));

/** Where the IP header that PPP carries begins (RFC 1661), or the end of it when it was cut before; -1: it carries something else. */
export const behindPpp = (bytes: Buffer, start: number, end: number): number => {
	const at = protocolAt(bytes, start, end);
	if (at + 2 > end) return end;
	const protocol = protocolOf(bytes, at);
	return protocol === IPV4 || protocol === IPV6 ? at + (isShort(bytes, at) ? 1 : 2) : -1;
};

/** Whether PPP carries packets that cannot be read. */
export const hidesPackets = (bytes: Buffer, start: number, end: number): boolean => {
	const at = protocolAt(bytes, start, end);
	return at + 2 <= end && HIDDEN.has(protocolOf(bytes, at));
};
