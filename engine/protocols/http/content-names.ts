import { isBlank, LF } from './headers.ts';
import { wordOf } from './words.ts';

/**
 * What a head may say about its content, as a set of bits: where one is missing no field need be looked for, which would
 * cost as much as all the rest of the head.
 */
export const Content = {
	/** Content-Encoding. */
	coding: 1,
	/** Content-Type with parameters, so perhaps with a character set. */
	parameters: 2,
	any: 3,
} as const;

/** In lower case: the bits that tell letters from those in upper case are set. */
const CONT = wordOf('cont');
const ENT = wordOf('ent-');
const E = 'e'.charCodeAt(0);
const T = 't'.charCodeAt(0);
const C = 'c'.charCodeAt(0);
const SEMICOLON = ';'.charCodeAt(0);
const ANY_CASE_4 = 0x20202020;
const ANY_CASE = 0x20;
/** "content-" and one letter more. */
const NAME_BYTES = 9;

/** Whether the value of a line holds parameters; its end may not be known. */
const hasParameters = (bytes: Buffer, from: number, end: number): boolean => {
	for (let at = from; at < end; at++) {
		if (bytes[at] === LF) return false;
		if (bytes[at] === SEMICOLON) return true;
	}
	return true;
};

/** What the line at `line` may say. Bytes from `end` on are not known. */
export const contentOf = (bytes: Buffer, view: DataView, line: number, end: number): number => {
	const first = bytes[line]!;
	// It goes on with the one before, whatever that is.
	if (isBlank(first)) return Content.any;
	if ((first | ANY_CASE) !== C) return 0;
	if (line + NAME_BYTES > end) return Content.any;
	if ((view.getInt32(line, true) | ANY_CASE_4) !== CONT || (view.getInt32(line + 4, true) | ANY_CASE_4) !== ENT)
		return 0;
	const letter = bytes[line + NAME_BYTES - 1]! | ANY_CASE;
	if (letter === E) return Content.coding;
	return letter === T && hasParameters(bytes, line + NAME_BYTES, end) ? Content.parameters : 0;
};
