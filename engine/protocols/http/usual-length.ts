import { BY_FIRST_LETTER, beginsWith } from './framing-names.ts';
import type { HeadScan } from './head-scan.ts';
import { CR, LF } from './headers.ts';
import { wordOf } from './words.ts';

/** A head says nothing about framing. */
const NO_LENGTH = -1;
/** A head says more, or in another way. */
export const UNUSUAL = -2;

/** Digits of a length that a double holds whatever they are. */
const MOST_DIGITS = 15;

/** "Content-Length: " word by word, letters in lower case: the bits that tell them from those in upper case are set. */
const CONT = wordOf('cont');
const ENT = wordOf('ent-');
const LENG = wordOf('leng');
const TH = wordOf('th: ');
const ANY_CASE_4 = 0x20202020;
const ANY_CASE_3 = 0x00202020;
const ANY_CASE_2 = 0x00002020;
const NAME_BYTES = 'content-length: '.length;

/** Whether "Content-Length: ", in any case, stands there. */
const isPlainLength = (bytes: Buffer, view: DataView, line: number): boolean =>
	line + NAME_BYTES <= bytes.length &&
	(view.getInt32(line, true) | ANY_CASE_4) === CONT &&
	(view.getInt32(line + 4, true) | ANY_CASE_3) === ENT &&
	(view.getInt32(line + 8, true) | ANY_CASE_4) === LENG &&
	(view.getInt32(line + 12, true) | ANY_CASE_2) === TH;

/** The digits that stand at `start` and nothing else in the line; UNUSUAL where there is something else. */
const plainDigits = (bytes: Buffer, start: number): number => {
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
export const usualLength = ({ bytes, view, start, lines, lineCount, bareLf }: HeadScan): number => {
	if (bareLf) return UNUSUAL;
	let length = NO_LENGTH;
	for (let i = 0; i < lineCount; i++) {
		const line = start + lines[i]!;
		if (isPlainLength(bytes, view, line)) {
			if (length !== NO_LENGTH) return UNUSUAL;
			length = plainDigits(bytes, line + NAME_BYTES);
			if (length === UNUSUAL) return UNUSUAL;
			continue;
		}
		const known = BY_FIRST_LETTER[bytes[line]!]!;
		// It is folded, and goes on with the one before, or has one of the names.
		if (known === null || beginsWith(known.lower, bytes, line)) return UNUSUAL;
	}
	return length;
};
