import { COLON, isBlank } from './headers.ts';

/** The header fields that say where the body ends (RFC 9112, 6.3). */
export const Name = { contentLength: 0, transferEncoding: 1, expect: 2, upgrade: 3 } as const;
export type Name = (typeof Name)[keyof typeof Name];

interface Spelling {
	readonly lower: string;
	readonly name: Name;
}

const SPELLINGS: readonly Spelling[] = [
	{ lower: 'content-length', name: Name.contentLength },
	{ lower: 'transfer-encoding', name: Name.transferEncoding },
	{ lower: 'expect', name: Name.expect },
	{ lower: 'upgrade', name: Name.upgrade },
];

/** By their first letter in lower case. */
export const BY_FIRST_LETTER = Array.from(
	{ length: 256 },
	(_, code) => SPELLINGS.find(({ lower }) => lower.charCodeAt(0) === code) ?? null,
);
/** The bit that makes an ASCII letter one in lower case. */
export const LOWER_CASE = 32;
const HYPHEN = 45;

/** Whether a line begins with a name, in any case. Compared by character: a part of a text costs an object. */
export const beginsWith = (lower: string, text: string, start: number): boolean => {
	for (let i = 0; i < lower.length; i++) {
		const wanted = lower.charCodeAt(i);
		const found = text.charCodeAt(start + i);
		if (found !== wanted && (wanted === HYPHEN || found !== wanted - LOWER_CASE)) return false;
	}
	return true;
};

/** Where the colon behind a name, in any case, stands; -1: the line has another name. */
export const colonBehind = (lower: string, text: string, start: number): number => {
	if (!beginsWith(lower, text, start)) return -1;
	let colon = start + lower.length;
	while (isBlank(text.charCodeAt(colon))) colon++;
	return text.charCodeAt(colon) === COLON ? colon : -1;
};
