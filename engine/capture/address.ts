import { isIPv4, isIPv6 } from 'node:net';

export interface Net {
	/** 16 bytes; IPv4 as ::ffff:a.b.c.d. */
	readonly bytes: Uint8Array;
	/** Of 128. */
	readonly prefix: number;
}

function ipv6Groups(text: string): number[] {
	// The URL parser writes the canonical form: no embedded IPv4, at most one "::".
	const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
	const [head = '', tail = ''] = canonical.split('::');
	const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
	const left = groups(head);
	const right = groups(tail);
	return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}

/** "10.0.0.0/8", "::1/128", "127.0.0.1" (a whole address). Null when it is none of these. */
export function parseNet(text: string): Net | null {
	const [address = '', length, ...rest] = text.split('/');
	if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
	const bytes = new Uint8Array(16);
	if (isIPv4(address)) {
		const prefix = Number(length ?? 32);
		bytes.set([0xff, 0xff, ...address.split('.').map(Number)], 10);
		return prefix > 32 ? null : { bytes, prefix: 96 + prefix };
	}
	if (!isIPv6(address) || address.includes('%')) return null;
	const prefix = Number(length ?? 128);
	for (const [index, group] of ipv6Groups(address).entries()) bytes.set([group >> 8, group & 0xff], index * 2);
	return prefix > 128 ? null : { bytes, prefix };
}

/** All IPv4 addresses. */
export const IPV4: Net = { bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0), prefix: 96 };

/** Whether `inner` lies wholly in `outer`; what is of IPv4 is in no network of IPv6, though its mapped form may be. */
export function covers(outer: Net, inner: Net): boolean {
	return contains(outer, inner) && !(outer.prefix < IPV4.prefix && contains(IPV4, inner));
}

function contains(outer: Net, inner: Net): boolean {
	if (outer.prefix > inner.prefix) return false;
	const whole = outer.prefix >> 3;
	for (let i = 0; i < whole; i++) if (outer.bytes[i] !== inner.bytes[i]) return false;
	const rest = outer.prefix & 7;
	return rest === 0 || ((outer.bytes[whole] ?? 0) ^ (inner.bytes[whole] ?? 0)) >> (8 - rest) === 0;
}
