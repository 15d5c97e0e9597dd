import type { Random } from './random.ts';
import type { Target } from './target.ts';

/** Where numbers of some width or meaning end, and their neighbours. */
const POWERS = [7, 8, 15, 16, 31, 32, 53, 63, 64] as const;
export const NUMBERS: readonly bigint[] = [
	0n,
	1n,
	...POWERS.flatMap((bits) => [(1n << BigInt(bits)) - 1n, 1n << BigInt(bits), (1n << BigInt(bits)) + 1n]),
];

const MAX_CHANGES = 5;
const MAX_COPIES = 64;
const MAX_MOVED_BYTES = 64;

/** Replaces `input[start, end)`. */
const put = (input: Uint8Array, start: number, end: number, ...parts: readonly Uint8Array[]): Uint8Array =>
	Buffer.concat([input.subarray(0, start), ...parts, input.subarray(end)]);

/** The number in as many bytes, either way round. */
const asBytes = (number: bigint, width: number, isBig: boolean): Uint8Array => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt.asUintN(64, number));
	const cut = bytes.subarray(0, width);
	return isBig ? cut.reverse() : cut;
};

const DIGITS = /[0-9a-fA-F]+/g;

type Change = (input: Uint8Array, random: Random, target: Target, other: Uint8Array) => Uint8Array;

const rangeIn = (input: Uint8Array, random: Random): readonly [number, number] => {
	const start = random.below(input.length + 1);
	return [start, Math.min(input.length, start + random.few(MAX_MOVED_BYTES))];
};

/** Some units one after the other: from where to where. */
const unitsIn = (input: Uint8Array, random: Random, target: Target): readonly [number, number] => {
	const starts = [...target.units(input), input.length];
	const first = random.below(starts.length - 1);
	return [starts[first] ?? 0, starts[Math.min(starts.length - 1, first + random.few(3))] ?? input.length];
};

const CHANGES: readonly Change[] = [
	// A bit, a byte, a word.
	(input, random) => {
		const copy = Uint8Array.from(input);
		const at = random.below(copy.length);
		copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
		return copy;
	},
	(input, random) => {
		const at = random.below(input.length);
		return put(
			input,
			at,
			at + random.below(2),
			Uint8Array.of(random.of([0, 1, 10, 13, 32, 127, 128, 255, random.below(256)])),
		);
	},
	(input, random, target) => {
		const [start, end] = rangeIn(input, random);
		return put(input, start, random.below(2) === 0 ? start : end, random.of(target.dictionary));
	},
	// Numbers, in bytes and in digits.
	(input, random) => {
		const width = random.of([1, 2, 4, 8]);
		const at = random.below(input.length);
		return put(input, at, at + width, asBytes(random.of(NUMBERS), width, random.below(2) === 0));
	},
	(input, random) => {
		const found = [...Buffer.from(input).toString('latin1').matchAll(DIGITS)];
		if (found.length === 0) return input;
		const { index, 0: digits } = random.of(found);
		const text = random.of(NUMBERS).toString(random.of([10, 16]));
		return put(input, index, index + digits.length, Buffer.from(text));
	},
	// Ranges of bytes and of units: taken out, copied, exchanged with another input's.
	(input, random) => put(input, ...rangeIn(input, random)),
	(input, random, target) => put(input, ...unitsIn(input, random, target)),
	(input, random, target) => {
		const [start, end] = unitsIn(input, random, target);
		return put(input, end, end, ...Array<Uint8Array>(random.few(MAX_COPIES)).fill(input.subarray(start, end)));
	},
	(input, random, target, other) => {
		const [start, end] = unitsIn(other, random, target);
		const [at, behind] = unitsIn(input, random, target);
		return put(input, at, random.below(2) === 0 ? at : behind, other.subarray(start, end));
	},
	(input, random, target, other) => {
		const [at] = unitsIn(input, random, target);
		const [from] = unitsIn(other, random, target);
		return Buffer.concat([input.subarray(0, at), other.subarray(from)]);
	},
];

/** An input that is near to one of the corpus. */
export const mutate = (corpus: readonly Uint8Array[], random: Random, target: Target): Uint8Array => {
	// What was found last is nearest to what is not known yet.
	const late = random.below(2) === 0 ? corpus.slice(-20) : corpus;
	let input = random.of(late);
	for (let changes = random.few(MAX_CHANGES); changes > 0; changes--) {
		input = random.of(CHANGES)(input, random, target, random.of(corpus));
	}
	return input.subarray(0, target.maxBytes);
};
