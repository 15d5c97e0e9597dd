import stringWidth from 'string-width';

/** Latin letters, and what tables and pictures are drawn with: each takes one cell, and none joins what is beside it. */
const PLAIN = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc]*$/;

/** Each character of it takes one cell. */
export const isPlain = (text: string): boolean => PLAIN.test(text);

/** Terminal cells that a visible text takes. */
export const textWidth = (text: string): number => (isPlain(text) ? text.length : stringWidth(text));

const graphemes = new Intl.Segmenter();

/** The text, cut to that many cells with `…` for what is missing. */
export function clip(text: string, width: number): string {
	if (textWidth(text) <= width) return text;
	if (isPlain(text)) return `${text.slice(0, width - 1)}…`;
	let kept = '';
	let used = 0;
	for (const { segment } of graphemes.segment(text)) {
		used += textWidth(segment);
		if (used > width - 1) break;
		kept += segment;
	}
	return `${kept}…`;
}

/** The text in exactly `width` cells, clipped or filled with blanks. */
export function cellOf(text: string, width: number, right: boolean): string {
	const clipped = clip(text, width);
	const blanks = ' '.repeat(Math.max(0, width - textWidth(clipped)));
	return right ? blanks + clipped : clipped + blanks;
}
