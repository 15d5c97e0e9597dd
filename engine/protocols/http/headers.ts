import type { ValueMap } from '../../exchange/field.ts';

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** Start of the line after the one that holds `from`, or the end of the text. */
export const nextLine = (text: string, from: number): number => {
	const lf = text.indexOf('\n', from);
	return lf === -1 ? text.length : lf + 1;
};

/** End of the line that begins at `start` and whose successor begins at `next`, without its CR and LF. */
export const lineEnd = (text: string, start: number, next: number): number => {
	let end = next;
	if (end > start && text.charCodeAt(end - 1) === LF) end--;
	if (end > start && text.charCodeAt(end - 1) === CR) end--;
	return end;
};

const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/**
 * The header fields of a head (start line first): names in lower case, values of a repeated field joined by ", " (RFC
 * 9110, 5.3), folded lines (RFC 9112, 5.2) by a space. Lines without a colon are left out.
 */
export const decodeHeaders = (head: string): ValueMap => {
	// Without a prototype: a field called __proto__ is a field.
	const headers: Record<string, string> = Object.create(null);
	let name = '';
	let start = nextLine(head, 0);
	while (start < head.length) {
		const next = nextLine(head, start);
		const end = lineEnd(head, start, next);
		if (end === start) break;
		if (isBlank(head.charCodeAt(start))) {
			if (name !== '') headers[name] = `${headers[name]} ${head.slice(start, end).trim()}`;
		} else {
			const colon = head.indexOf(':', start);
			if (colon === -1 || colon >= end) name = '';
			else {
				name = head.slice(start, colon).trim().toLowerCase();
				const value = head.slice(colon + 1, end).trim();
				headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
			}
		}
		start = next;
	}
	return headers;
};

export { COLON, CR, isBlank, LF, SPACE };
