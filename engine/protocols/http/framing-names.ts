import { COLON, isBlank } from './headers.ts';

/** The header fields that say where the body ends (RFC 9112, 6.3). */
export const Name = { contentLength: 0, transferEncoding: 1, expect: 2, upgrade: 3 } as const;
export type Name = (typeof Name)[keyof typeof Name];

interface Spelling {
	readonly lower: Uint8Array;
	readonly name: Name;
}

const SPELLINGS: readonly Spelling[] = [
	{ lower: Buffer.from('content-length'), name: Name.contentLength },
	{ lower: Buffer.from('transfer-encoding'), name: Name.transferEncoding },
	{ lower: Buffer.from('expect'), name: Name.expect },
	{ lower: Buffer.from('upgrade'), name: Name.upgrade },
];

/** Every byte, letters in lower case. */
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** By their first letter in any case. */
export const BY_FIRST_LETTER = Array.from(
	{ length: 256 },
	(_, byte) => SPELLINGS.find(({ lower }) => lower[0] === LOWER[byte]) ?? null,
);

/** By the first byte of a line, the name that it may begin with: how far behind its last letter is, 0 for none, and that letter. */
const LAST_AT = Uint8Array.from(BY_FIRST_LETTER, (known) => (known?.lower.length ?? 1) - 1);
const LAST = Uint8Array.from(BY_FIRST_LETTER, (known) => known?.lower.at(-1) ?? 0);

/** Whether a line is worth a look: it may begin with one of the names, or goes on with the line before. Bytes from `end` on are not known. */
export const isOfInterest = (bytes: Buffer, line: number, end: number): boolean => {
	const first = bytes[line]!;
	const lastAt = LAST_AT[first]!;
	if (lastAt === 0) return isBlank(first);
	return line + lastAt >= end || LOWER[bytes[line + lastAt]!] === LAST[first];
};

/** Whether a line begins with a name, in any case. */
export const beginsWith = (lower: Uint8Array, bytes: Buffer, line: number): boolean => {
	for (let i = 0; i < lower.length; i++) if (LOWER[bytes[line + i]!] !== lower[i]) return false;
	return true;
};

/** Where the colon behind a name, in any case, stands; -1: the line has another name. */
export const colonBehind = (lower: Uint8Array, bytes: Buffer, line: number): number => {
	if (!beginsWith(lower, bytes, line)) return -1;
	let colon = line + lower.length;
	while (isBlank(bytes[colon]!)) colon++;
	return bytes[colon] === COLON ? colon : -1;
};
