import { u16 } from './integers.ts';
import { behindPpp } from './ppp.ts';

/** The tunnels of providers, L2TP, whose second version carries PPP (RFC 2661). */
export const L2TP_PORT = 1701;

/** Fields of the header (3.1) that flags announce, in bytes; the tunnel and the session are always there. */
const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const VERSION = 0x000f;

/** Whether a message, of which two bytes are there, is data of the third version, which carries anything (RFC 3931, 4.1.2.1). */
export const isOtherL2tp = (bytes: Buffer, at: number): boolean => (u16(bytes, at) & (CONTROL | VERSION)) === 3;

/** Where the IP header of the packet that L2TP carries begins, or the end of it when it was cut before; -1: it carries none. */
export const insideL2tp = (bytes: Buffer, at: number, end: number): number => {
	if (at + 2 > end) return end;
	const flags = u16(bytes, at);
	if ((flags & VERSION) !== 2 || (flags & CONTROL) !== 0) return -1;
	const session = at + ((flags & LENGTH) === 0 ? 2 : 4);
	let behind = session + 4 + ((flags & SEQUENCE) === 0 ? 0 : 4);
	if ((flags & OFFSET) !== 0) {
		if (behind + 2 > end) return end;
		behind += 2 + u16(bytes, behind);
	}
	return behind > end ? end : behindPpp(bytes, behind, end);
};
