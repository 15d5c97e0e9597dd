/*
 * Characters that act on a terminal or on the text around them instead of showing. Unicode's categories: controls,
 * format characters (which turn the direction of writing, or have no width), lone surrogates, separators of lines.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** U+2400 and on are pictures of the C0 controls. */
const PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

function picture(character: string): string {
	const codePoint = character.codePointAt(0) ?? 0;
	if (codePoint < 0x20) return String.fromCodePoint(PICTURES + codePoint);
	return codePoint === 0x7f ? DELETE_PICTURE : '\ufffd';
}

export const replaceInvisible = (text: string, replace: (character: string) => string): string =>
	text.replace(INVISIBLE, replace);

/** The text with a picture for each character that would not show, of the same number of columns on every terminal. */
export const visible = (text: string): string => replaceInvisible(text, picture);
