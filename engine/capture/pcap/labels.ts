import { u16 } from './integers.ts';
import { behindPpp } from './ppp.ts';

/** Between Ethernet and IP: MPLS (RFC 3032, 5), of which the second is for multicast, and sessions of PPPoE (RFC 2516). */
const MPLS = 0x8847;
const MPLS_MULTICAST = 0x8848;
const PPPOE_SESSION = 0x8864;

const LABEL_BYTES = 4;
const PPPOE_BYTES = 6;
/** Version 1, type 1; data of a session has code 0. */
const PPPOE_DATA = 0x1100;

/**
 * Where IP begins behind what an ethertype announces that is not IP itself; -1: it is something else. Where the capture
 * was cut before IP, what lacks begins there: at `end`.
 */
export const behindLabels = (type: number, bytes: Buffer, at: number, end: number): number => {
	if (type === MPLS || type === MPLS_MULTICAST) return behindStack(bytes, at, end);
	return type === PPPOE_SESSION ? behindPppoe(bytes, at, end) : -1;
};

/** Nothing tells what is behind the last label but the first bits of it, the version of IP. */
const behindStack = (bytes: Buffer, at: number, end: number): number => {
	for (let label = at; label + LABEL_BYTES < end; label += LABEL_BYTES) {
		const isLast = (bytes[label + 2]! & 1) !== 0;
		if (!isLast) continue;
		const version = bytes[label + LABEL_BYTES]! >> 4;
		return version === 4 || version === 6 ? label + LABEL_BYTES : -1;
	}
	return end;
};

const behindPppoe = (bytes: Buffer, at: number, end: number): number => {
	if (at + PPPOE_BYTES > end) return end;
	return u16(bytes, at) === PPPOE_DATA ? behindPpp(bytes, at + PPPOE_BYTES, end) : -1;
};
