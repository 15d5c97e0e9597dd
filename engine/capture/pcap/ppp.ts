import { u16 } from './integers.ts';

/** All stations, unnumbered information: what stands in front of a frame where it has not been agreed away (RFC 1662, 3.1). */
const ADDRESS_CONTROL = 0xff03;
/** Protocols (RFC 1332, RFC 5072). */
const IPV4 = 0x0021;
const IPV6 = 0x0057;

/** Where the IP header that PPP carries begins (RFC 1661), or the end of it when it was cut before; -1: it carries something else. */
export const behindPpp = (bytes: Buffer, start: number, end: number): number => {
	const at = start + 2 <= end && u16(bytes, start) === ADDRESS_CONTROL ? start + 2 : start;
	if (at + 2 > end) return end;
	// Odd: it has been compressed to one byte (6.5).
	const isShort = (bytes[at]! & 1) !== 0;
	const protocol = isShort ? bytes[at] : u16(bytes, at);
	return protocol === IPV4 || protocol === IPV6 ? at + (isShort ? 1 : 2) : -1;
};
