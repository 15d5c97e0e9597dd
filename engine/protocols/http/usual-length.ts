import { BY_FIRST_LETTER, beginsWith, Name } from './framing-names.ts';
import type { HeadScan } from './head-scan.ts';
import { COLON, CR, LF, SPACE } from './headers.ts';

/** A head says nothing about framing. */
export const NO_LENGTH = -1;
/** A head says more, or in another way. */
export const UNUSUAL = -2;

/** Digits of a length that a double holds whatever they are. */
const MOST_DIGITS = 15;
/** What stands before them. */
const NAME_BYTES = 'content-length: '.length;

/** The length in a line "Content-Length: 123"; UNUSUAL where it is written in another way. */
const plainLength = (bytes: Buffer, line: number): number => {
	const start = line + NAME_BYTES;
	if (bytes[start - 2] !== COLON || bytes[start - 1] !== SPACE) return UNUSUAL;
	let at = start;
	let value = 0;
	for (; at < start + MOST_DIGITS; at++) {
		const digit = bytes[at]! - 48;
		if (!(digit >= 0 && digit <= 9)) break;
		value = value * 10 + digit;
	}
	return at > start && bytes[at] === CR && bytes[at + 1] === LF ? value : UNUSUAL;
};

/**
 * The length of a head that says nothing about framing but one Content-Length, as nearly all do, NO_LENGTH or UNUSUAL.
 * Unlike `readFramingFields` it makes no object and no text.
 */
export const usualLength = ({ bytes, start, lines, lineCount, bareLf }: HeadScan): number => {
	if (bareLf) return UNUSUAL;
	let length = NO_LENGTH;
	for (let i = 0; i < lineCount; i++) {
		const line = start + lines[i]!;
		const known = BY_FIRST_LETTER[bytes[line]!]!;
		// It is folded: it goes on with the one before.
		if (known === null) return UNUSUAL;
		if (!beginsWith(known.lower, bytes, line)) continue;
		if (known.name !== Name.contentLength || length !== NO_LENGTH) return UNUSUAL;
		length = plainLength(bytes, line);
		if (length === UNUSUAL) return UNUSUAL;
	}
	return length;
};
