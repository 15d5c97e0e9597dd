import { type Address, formatAddress, parseNet } from './expression/address.ts';

/*
 * Sets of addresses as lists of networks in their text form, by way of ranges of the 128-bit numbers that addresses are
 * (expression/address.ts). The kernel's trie takes networks only.
 */
type Range = readonly [low: bigint, high: bigint];

const BITS = 128n;
const LAST = (1n << BITS) - 1n;
const MAPPED = 0xffffn << 32n;
const MAPPED_BITS = 96n;

const numberOf = ({ words }: Address): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

const addressOf = (value: bigint): Address => {
	const word = (shift: bigint): number => Number((value >> shift) & 0xffffffffn);
	return { words: [word(96n), word(64n), word(32n), word(0n)], family: value >> 32n === 0xffffn ? 4 : 6 };
};

const rangeOf = (text: string): readonly Range[] => {
	const net = parseNet(text);
	if (net === null) return [];
	const low = numberOf(net.address);
	return [[low, low | (LAST >> BigInt(net.bits))]];
};

const textOf = (low: bigint, prefix: bigint): string => {
	const written = prefix >= MAPPED_BITS && low >> 32n === MAPPED >> 32n ? prefix - MAPPED_BITS : prefix;
	return `${formatAddress(addressOf(low))}/${written}`;
};

/** The fewest networks that make up ranges in their order. */
const netsOf = (ranges: readonly Range[]): readonly string[] =>
	ranges.flatMap(([low, high]) => {
		const nets: string[] = [];
		for (let at = low; at <= high; ) {
			let length = 0n;
			const fits = (more: bigint): boolean => at % (1n << more) === 0n && at + (1n << more) - 1n <= high;
			while (length < BITS && fits(length + 1n)) length++;
			nets.push(textOf(at, BITS - length));
			at += 1n << length;
		}
		return nets;
	});

/** What lies between ranges. */
const gaps = (ranges: readonly Range[]): readonly Range[] => {
	const found: Range[] = [];
	let next = 0n;
	for (const [low, high] of ranges.toSorted((a, b) => (a[0] < b[0] ? -1 : 1))) {
		if (low > next) found.push([next, low - 1n]);
		if (high >= next) next = high + 1n;
	}
	return next <= LAST ? [...found, [next, LAST]] : found;
};

/** All addresses from one to another, both included. */
export const netsBetween = (low: Address, high: Address): readonly string[] =>
	netsOf([[numberOf(low), numberOf(high)]]);

export const otherNets = (nets: readonly string[]): readonly string[] => netsOf(gaps(nets.flatMap(rangeOf)));

export const commonNets = (a: readonly string[], b: readonly string[]): readonly string[] =>
	netsOf(gaps([...gaps(a.flatMap(rangeOf)), ...gaps(b.flatMap(rangeOf))]));
