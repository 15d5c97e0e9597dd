import { u16 } from './integers.ts';
import { behindPpp, hidesPackets } from './ppp.ts';

/** The tunnels of providers, L2TP, whose second version carries PPP (RFC 2661). */
export const L2TP_PORT = 1701;

/** Fields of the header (3.1) that flags announce, in bytes; the tunnel and the session are always there. */
const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
const VERSION = 0x000f;

/** The version of a message that carries data; -1: it is about the tunnel. */
const dataVersion = (bytes: Buffer, at: number): number => {
	const flags = u16(bytes, at);
	return (flags & CONTROL) === 0 ? flags & VERSION : -1;
};

/** Where PPP begins behind a header of the second version, or the end of it when it was cut before. */
const behindHeader = (bytes: Buffer, at: number, end: number): number => {
	const flags = u16(bytes, at);
	const session = at + ((flags & LENGTH) === 0 ? 2 : 4);
	const behind = session + 4 + ((flags & SEQUENCE) === 0 ? 0 : 4);
	if ((flags & OFFSET) === 0) return Math.min(behind, end);
	return behind + 2 > end ? end : Math.min(behind + 2 + u16(bytes, behind), end);
};

/** Where the IP header of the packet that L2TP carries begins, or the end of it when it was cut before; -1: it carries none. */
export const insideL2tp = (bytes: Buffer, at: number, end: number): number => {
	if (at + 2 > end) return end;
	return dataVersion(bytes, at) === 2 ? behindPpp(bytes, behindHeader(bytes, at, end), end) : -1;
};

/** Whether a message, of which two bytes are there, carries what is not read: the third version (RFC 3931), or packets that PPP hides. */
export const isClosedL2tp = (bytes: Buffer, at: number, end: number): boolean => {
	const version = dataVersion(bytes, at);
	return version === 3 || (version === 2 && hidesPackets(bytes, behindHeader(bytes, at, end), end));
};
