import type { ValueMap } from '../../exchange/field.ts';
import { textOfLatin1 } from '../../exchange/text.ts';

export const LF = 10;
export const CR = 13;
export const SPACE = 32;
const TAB = 9;
export const COLON = 58;

/** Start of the line after the one that holds `from`, or the end of the text. */
export const nextLine = (text: string, from: number): number => {
	const lf = text.indexOf('\n', from);
	return lf === -1 ? text.length : lf + 1;
};

/** Whether the line whose successor begins at `next` has no end. */
export const isCutOff = (text: string, next: number): boolean => text.charCodeAt(next - 1) !== LF;

/** End of the line that begins at `start` and whose successor begins at `next`, without its CR and LF. */
export const lineEnd = (text: string, start: number, next: number): number => {
	let end = next;
	if (end > start && text.charCodeAt(end - 1) === LF) end--;
	if (end > start && text.charCodeAt(end - 1) === CR) end--;
	return end;
};

export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/** The part of a text without the blanks around it (RFC 9110, 5.5): other bytes that count as white space are content. */
export const trimmed = (text: string, start: number, end: number): string => {
	let from = start;
	let to = end;
	while (from < to && isBlank(text.charCodeAt(from))) from++;
	while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
	return text.slice(from, to);
};

/**
 * The header fields of a head of one character a byte (start line first): names in lower case, values of a repeated field joined by ", " (RFC
 * 9110, 5.3), folded lines (RFC 9112, 5.2) by a space. Lines without a colon are left out, and one without its end: of a
 * head that is cut off it may be the beginning of another value.
 */
export const decodeHeaders = (head: string): ValueMap => {
	// Without a prototype: a field called __proto__ is a field.
	const headers: Record<string, string> = Object.create(null);
	let name = '';
	let start = nextLine(head, 0);
	while (start < head.length) {
		const next = nextLine(head, start);
		const end = lineEnd(head, start, next);
		if (end === start || isCutOff(head, next)) break;
		if (isBlank(head.charCodeAt(start))) {
			if (name !== '') headers[name] = `${headers[name]} ${textOfLatin1(trimmed(head, start, end))}`;
		} else {
			const colon = head.indexOf(':', start);
			if (colon === -1 || colon >= end) name = '';
			else {
				name = textOfLatin1(trimmed(head, start, colon)).toLowerCase();
				const value = textOfLatin1(trimmed(head, colon + 1, end));
				// RFC 9113, 8.2.3: there alone a comma does not stand between the parts of a list.
				const separator = name === 'cookie' ? '; ' : ', ';
				headers[name] = name in headers ? `${headers[name]}${separator}${value}` : value;
			}
		}
		start = next;
	}
	return headers;
};

/** The bit that makes an ASCII letter one in lower case. */
const LOWER_CASE = 32;

/** Where the value of the line at `start` begins, if the name before its colon is `name`, in lower case; else -1. */
const valueBehind = (head: string, start: number, name: string): number => {
	if ((head.charCodeAt(start) | LOWER_CASE) !== (name.charCodeAt(0) | LOWER_CASE)) return -1;
	let colon = start + name.length;
	while (isBlank(head.charCodeAt(colon))) colon++;
	if (head.charCodeAt(colon) !== COLON) return -1;
	return head.slice(start, start + name.length).toLowerCase() === name ? colon + 1 : -1;
};

/**
 * One header field as `decodeHeaders` has it, of an ASCII name in lower case; null when there is none. Most heads have
 * what is asked for once or not at all, and then the other fields need no decoding.
 */
export const decodeHeader = (head: string, name: string): string | null => {
	let found: string | null = null;
	let start = nextLine(head, 0);
	while (start < head.length) {
		const next = nextLine(head, start);
		const end = lineEnd(head, start, next);
		if (end === start || isCutOff(head, next)) break;
		const value = valueBehind(head, start, name);
		if (value !== -1) {
			if (found !== null || isBlank(head.charCodeAt(next))) return decodeRepeated(head, name);
			found = textOfLatin1(trimmed(head, value, end));
		}
		start = next;
	}
	return found;
};

/** Of a field that stands on several lines. */
const decodeRepeated = (head: string, name: string): string | null => {
	const value = decodeHeaders(head)[name];
	return typeof value === 'string' ? value : null;
};
