import { code, type Problem, type Report } from './problem.ts';
import { replaceInvisible } from './visible.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '"': '"', '\\': '\\' };
const MAX_CODE_POINT = 0x10ffff;

const ESCAPE = /\\(?:u\{([^}]{0,16})\}|([\s\S]))/g;

function unknownEscape(written: string, start: number): Problem {
	const unicode = written.startsWith('\\u');
	return {
		code: 'CIQ104',
		message: unicode ? `${code(written)} is not a character` : `unknown escape ${code(written)}`,
		span: { start, end: start + written.length },
		label: unicode
			? 'write `\\u{…}` with the hexadecimal number of a character'
			: "in single quotes a backslash stands for itself: '…'",
		notes: unicode ? [] : ['escapes in "…" are `\\n` `\\t` `\\"` `\\\\` `\\u{…}`'],
	};
}

/** The text between double quotes without its escapes. `start` is the offset of its first character. */
export function unescapeText(text: string, start: number, report: Report): string {
	if (!text.includes('\\')) return text;
	return text.replace(ESCAPE, (written: string, hex: string | undefined, character: string | undefined, at: number) => {
		if (hex !== undefined) {
			const codePoint = /^[0-9A-Fa-f]{1,6}$/.test(hex) ? Number.parseInt(hex, 16) : MAX_CODE_POINT + 1;
			if (codePoint <= MAX_CODE_POINT) return String.fromCodePoint(codePoint);
		}
		const known = character === undefined ? undefined : ESCAPES[character];
		if (known === undefined) report(unknownEscape(written, start + at));
		return known ?? '';
	});
}

/** The text between single quotes: two of them are one. */
export const unescapeRaw = (text: string): string => text.replaceAll("''", "'");

/** The text of an f-string between holes: as in double quotes, and doubled braces are one. */
export const unescapeFormat = (text: string, start: number, report: Report): string => {
	// The braces of `\u{…}` are not doubled ones, so both are undone in one pass from left to right.
	const parts = text.split(/(\\u\{[^}]{0,16}\}|\\[\s\S]|\{\{|\}\})/);
	let at = start;
	let value = '';
	for (const part of parts) {
		value += part === '{{' || part === '}}' ? part.charAt(0) : unescapeText(part, at, report);
		at += part.length;
	}
	return value;
};

/** The text as it is written between double quotes. */
const escapeText = (text: string): string =>
	replaceInvisible(
		text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t'),
		(character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
	);

/** The text as it is written in an f-string between holes. */
export const escapeFormat = (text: string): string =>
	text
		.split(/([{}])/)
		.map((part) => (part === '{' || part === '}' ? part + part : escapeText(part)))
		.join('');

export const quote = (text: string): string => `"${escapeText(text)}"`;
export const quoteRaw = (text: string): string => `'${text.replaceAll("'", "''")}'`;
