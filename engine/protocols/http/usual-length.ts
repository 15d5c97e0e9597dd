import { BY_FIRST_LETTER, beginsWith, LOWER_CASE, Name } from './framing-names.ts';
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

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** The length in a line "Content-Length: 123"; UNUSUAL where it is written in another way. */
const plainLength = (text: string, line: number): number => {
	const start = line + NAME_BYTES;
	if (text.charCodeAt(start - 2) !== COLON || text.charCodeAt(start - 1) !== SPACE) return UNUSUAL;
	let at = start;
	let value = 0;
	for (; at < start + MOST_DIGITS && isDigit(text.charCodeAt(at)); at++)
		value = value * 10 + (text.charCodeAt(at) - 48);
	return at > start && text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? value : UNUSUAL;
};

/**
 * The length of a head that says nothing about framing but one Content-Length, as nearly all do, NO_LENGTH or UNUSUAL.
 * Unlike `readFramingFields` it makes no object and no part of the text.
 */
export const usualLength = ({ text, lines, lineCount, bareLf }: HeadScan): number => {
	if (bareLf) return UNUSUAL;
	let length = NO_LENGTH;
	for (let i = 0; i < lineCount; i++) {
		const line = lines[i]!;
		const known = BY_FIRST_LETTER[text.charCodeAt(line) | LOWER_CASE]!;
		// It is folded: it goes on with the one before.
		if (known === null) return UNUSUAL;
		if (!beginsWith(known.lower, text, line)) continue;
		if (known.name !== Name.contentLength || length !== NO_LENGTH) return UNUSUAL;
		length = plainLength(text, line);
		if (length === UNUSUAL) return UNUSUAL;
	}
	return length;
};
