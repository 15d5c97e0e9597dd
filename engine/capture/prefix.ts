import { bytesOf, parseNet } from '../address.ts';

/** The first `length` bits of a key, by which the kernel's tries find it. */
export interface Prefix {
	readonly bytes: Uint8Array;
	readonly length: number;
}

/** Of "10.0.0.0/8", "::1/128" or "127.0.0.1": its 16 bytes, and how many of their bits count. Null when it is none of these. */
export function netPrefix(text: string): Prefix | null {
	const net = parseNet(text);
	return net && { bytes: bytesOf(net.address), length: net.bits };
}

/** All IPv4 addresses. */
export const IPV4: Prefix = { bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0), length: 96 };

/** Whether `inner` lies wholly in `outer`; what is of IPv4 is in no network of IPv6, though its mapped form may be. */
export function covers(outer: Prefix, inner: Prefix): boolean {
	return contains(outer, inner) && !(outer.length < IPV4.length && contains(IPV4, inner));
}

function contains(outer: Prefix, inner: Prefix): boolean {
	if (outer.length > inner.length) return false;
	const whole = outer.length >> 3;
	for (let i = 0; i < whole; i++) if (outer.bytes[i] !== inner.bytes[i]) return false;
	const rest = outer.length & 7;
	return rest === 0 || ((outer.bytes[whole] ?? 0) ^ (inner.bytes[whole] ?? 0)) >> (8 - rest) === 0;
}
