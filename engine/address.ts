import { isIP } from 'node:net';

/*
 * Addresses are compared as numbers, sixteen bytes as four 32-bit words, an IPv4 address in its mapped form
 * (RFC 4291 section 2.5.5.2), so that 10.0.0.0/8 also matches ::ffff:10.1.2.3.
 */
export interface Address {
	readonly words: readonly [number, number, number, number];
	readonly family: 4 | 6;
}

/** A network: an address and how many of its 128 bits count. */
export interface Net {
	readonly address: Address;
	readonly bits: number;
	/** Canonical text with the prefix length in its own family: "10.0.0.0/8". */
	readonly text: string;
}

const MAPPED_PREFIX = 0xffff;
const MAPPED_BITS = 96;

/** Null when the text is no address. Zones (`fe80::1%eth0`) are not addresses: captured ends have none. */
export const parseAddress = (text: string): Address | null => {
	switch (text.includes('%') ? 0 : isIP(text)) {
		case 4:
			return { words: [0, 0, MAPPED_PREFIX, parse4(text)], family: 4 };
		case 6:
			return { words: parse6(text), family: 6 };
		default:
			return null;
	}
};

const parse4 = (text: string): number => {
	let value = 0;
	for (const part of text.split('.')) value = value * 256 + Number(part);
	return value >>> 0;
};

const parse6 = (text: string): Address['words'] => {
	const lastColon = text.lastIndexOf(':');
	const dotted = text.includes('.') ? parse4(text.slice(lastColon + 1)) : null;
	const plain =
		dotted === null
			? text
			: `${text.slice(0, lastColon + 1)}${(dotted >>> 16).toString(16)}:${(dotted & 0xffff).toString(16)}`;
	const [head = '', tail = null] = plain.split('::');
	const left = groupsOf(head);
	const right = tail === null ? [] : groupsOf(tail);
	const groups = [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
	const word = (at: number): number => ((groups[at]! << 16) | groups[at + 1]!) >>> 0;
	return [word(0), word(2), word(4), word(6)];
};

const groupsOf = (text: string): number[] =>
	text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

const isMapped = ({ words: [a, b, c] }: Pick<Address, 'words'>): boolean => a === 0 && b === 0 && c === MAPPED_PREFIX;

/** Canonical text (RFC 5952); a mapped address as IPv4. */
export const formatAddress = (address: Address): string => {
	const d = address.words[3];
	if (isMapped(address)) return [d >>> 24, (d >>> 16) & 255, (d >>> 8) & 255, d & 255].join('.');
	return formatGroups(address.words.flatMap((word) => [word >>> 16, word & 0xffff]));
};

/** The eight groups of an IPv6 address: in lower case, the longest run of zero groups as `::` (RFC 5952, 4). */
export const formatGroups = (groups: readonly number[]): string => {
	const run = longestZeroRun(groups);
	const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
	if (run.length < 2) return hex(groups);
	return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
};

/** Its sixteen bytes. */
export const bytesOf = ({ words }: Address): Uint8Array => {
	const bytes = new DataView(new ArrayBuffer(16));
	for (const [at, word] of words.entries()) bytes.setUint32(4 * at, word);
	return new Uint8Array(bytes.buffer);
};

/** The first one of equals. */
const longestZeroRun = (groups: readonly number[]): { start: number; length: number } => {
	let best = { start: 0, length: 0 };
	for (let start = 0; start < groups.length; start++) {
		let end = start;
		while (groups[end] === 0) end++;
		if (end - start > best.length) best = { start, length: end - start };
	}
	return best;
};

/** "10.0.0.0/8", or an address alone for the network of just that one. Null when the text is neither. */
export const parseNet = (text: string): Net | null => {
	const slash = text.indexOf('/');
	const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
	if (address === null) return null;
	const width = address.family === 4 ? 32 : 128;
	const prefix = slash < 0 ? width : parsePrefix(text.slice(slash + 1));
	if (prefix === null || prefix > width) return null;
	const bits = prefix + (address.family === 4 ? MAPPED_BITS : 0);
	const base = mask(address, bits);
	const written = isMapped(base) && bits >= MAPPED_BITS ? bits - MAPPED_BITS : bits;
	return { address: base, bits, text: `${formatAddress(base)}/${written}` };
};

const parsePrefix = (text: string): number | null => (/^\d{1,3}$/.test(text) ? Number(text) : null);

const mask = (address: Address, bits: number): Address => {
	const word = (at: number): number => (address.words[at]! & maskWord(bits - at * 32)) >>> 0;
	return { words: [word(0), word(1), word(2), word(3)], family: address.family };
};

const maskWord = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : ~(0xffffffff >>> bits));

/** An IPv4 address, mapped or not, is in no network of IPv6: `::/0` is all that is IPv6. */
export const inNet = (address: Pick<Address, 'words'>, net: Net): boolean => {
	if (net.bits < MAPPED_BITS && isMapped(address)) return false;
	for (let at = 0; at * 32 < net.bits; at++)
		if (((address.words[at]! ^ net.address.words[at]!) & maskWord(net.bits - at * 32)) !== 0) return false;
	return true;
};

/** Order of addresses as numbers. */
export const compareAddresses = (a: Address, b: Address): number => {
	for (let at = 0; at < 4; at++) if (a.words[at] !== b.words[at]) return a.words[at]! - b.words[at]!;
	return 0;
};

/** Addresses of a capture repeat: parsing each text once is 6 times faster than parsing it for every record. */
const CACHED_ADDRESSES = 65_536;

/** A verdict about addresses given as text, remembered for each text. A text that is no address is never true. */
export const cachedByAddress = (test: (address: Address) => boolean): ((text: string) => boolean) => {
	const verdicts = new Map<string, boolean>();
	return (text) => {
		const known = verdicts.get(text);
		if (known !== undefined) return known;
		const address = parseAddress(text);
		const verdict = address !== null && test(address);
		if (verdicts.size >= CACHED_ADDRESSES) verdicts.clear();
		verdicts.set(text, verdict);
		return verdict;
	};
};
