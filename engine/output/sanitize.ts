import { replaceInvisible } from '../../grammar/visible.ts';

/* Captured bytes reach a terminal only through here: what it could act on is shown, not sent. */

const ONLY_VISIBLE = /^[\x20-\x7e]*$/;

const SHORT = new Map([
	['\n', '\\n'],
	['\r', '\\r'],
	['\t', '\\t'],
]);

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

/** In UTF-16, as JSON and JavaScript write it; a character beyond the basic plane becomes two. */
const unitEscapes = (character: string): string =>
	character
		.split('')
		.map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`)
		.join('');

function shown(character: string): string {
	const code = character.charCodeAt(0);
	return SHORT.get(character) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : unitEscapes(character));
}

/** The text with everything that does not show written as an escape: `\n`, `\x1b`, `\u202e`. One line. */
export const visible = (text: string): string => (ONLY_VISIBLE.test(text) ? text : replaceInvisible(text, shown));

/** The same of a text of several lines, which keeps these and its tabs. */
export const visibleLines = (text: string): string =>
	replaceInvisible(text, (character) => (character === '\n' || character === '\t' ? character : shown(character)));

const DELETE = '\x7f';

/** Of a text without C0 controls: two searches by whole words, a third of what a regular expression takes. */
const isVisible = (text: string): boolean => Buffer.byteLength(text) === text.length && !text.includes(DELETE);

/** A JSON text of the same value, with the escapes that JSON.stringify leaves out: it stops at C0 and lone surrogates. */
export const visibleJson = (json: string): string => (isVisible(json) ? json : replaceInvisible(json, unitEscapes));
