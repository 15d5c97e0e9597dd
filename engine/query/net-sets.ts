import { type Address, formatAddress, parseNet } from '../address.ts';

/*
 * Sets of addresses as lists of networks in their text form, by way of ranges of the 128-bit numbers that addresses are
 * (../address.ts). The kernel's trie takes networks only. IPv4 and IPv6 are apart, for no network is of both: in
 * the ranges of IPv6 the mapped addresses may be or not be, and mean nothing.
 */
type Range = readonly [low: bigint, high: bigint];

const BITS = 128n;
const MAPPED_BITS = 96n;
const MAPPED: Range = [0xffffn << 32n, (0x10000n << 32n) - 1n];

interface Family {
	readonly all: Range;
	readonly has: (net: Range) => boolean;
}

const within = ([low, high]: Range, [from, to]: Range): boolean => low >= from && high <= to;
const isIPv4 = (range: Range): boolean => within(range, MAPPED);

const FAMILIES: readonly Family[] = [
	{ all: MAPPED, has: isIPv4 },
	{ all: [0n, (1n << BITS) - 1n], has: (range) => !isIPv4(range) },
];

const numberOf = ({ words }: Address): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

const addressOf = (value: bigint): Address => {
	const word = (shift: bigint): number => Number((value >> shift) & 0xffffffffn);
	return { words: [word(96n), word(64n), word(32n), word(0n)], family: value >> 32n === 0xffffn ? 4 : 6 };
};

const rangeOf = (text: string): readonly Range[] => {
	const net = parseNet(text);
	if (net === null) return [];
	const low = numberOf(net.address);
	return [[low, low | (((1n << BITS) - 1n) >> BigInt(net.bits))]];
};

const textOf = ([low]: Range, prefix: bigint, { all }: Family): string =>
	`${formatAddress(addressOf(low))}/${all === MAPPED ? prefix - MAPPED_BITS : prefix}`;

/** The fewest networks of a family that make up ranges in their order. */
const netsOf = (ranges: readonly Range[], family: Family): readonly string[] =>
	ranges.flatMap(([low, high]) => {
		const nets: string[] = [];
		for (let at = low; at <= high; ) {
			let length = 0n;
			const fits = (more: bigint): boolean => at % (1n << more) === 0n && at + (1n << more) - 1n <= high;
			while (length < BITS && fits(length + 1n)) length++;
			const net: Range = [at, at + (1n << length) - 1n];
			if (family.has(net)) nets.push(textOf(net, BITS - length, family));
			at += 1n << length;
		}
		return nets;
	});

/** What of a family lies between ranges. */
const gaps = (ranges: readonly Range[], { all: [first, last] }: Family): readonly Range[] => {
	const found: Range[] = [];
	let next = first;
	for (const [low, high] of ranges.toSorted((a, b) => (a[0] < b[0] ? -1 : 1))) {
		if (low > next) found.push([next, low - 1n]);
		if (high >= next) next = high + 1n;
	}
	return next <= last ? [...found, [next, last]] : found;
};

/** In each family: what `make` makes of a way to read lists of networks. */
const inFamilies = (
	make: (read: (nets: readonly string[]) => readonly Range[], family: Family) => readonly Range[],
): readonly string[] =>
	FAMILIES.flatMap((family) =>
		netsOf(
			make((nets) => nets.flatMap(rangeOf).filter(family.has), family),
			family,
		),
	);

/** All addresses from one to another, both included. */
export const netsBetween = (low: Address, high: Address): readonly string[] =>
	inFamilies((_, { all: [first, last] }) => {
		const [from, to] = [numberOf(low), numberOf(high)];
		const range: Range = [from > first ? from : first, to < last ? to : last];
		return range[0] <= range[1] ? [range] : [];
	});

export const otherNets = (nets: readonly string[]): readonly string[] =>
	inFamilies((read, family) => gaps(read(nets), family));

export const commonNets = (a: readonly string[], b: readonly string[]): readonly string[] =>
	inFamilies((read, family) => gaps([...gaps(read(a), family), ...gaps(read(b), family)], family));
