import stringWidth from 'string-width';

const ASCII = /^[\x20-\x7e]*$/;

/** Terminal cells that a visible text takes. Nearly all are ASCII, for which its length is the answer. */
export const textWidth = (text: string): number => (ASCII.test(text) ? text.length : stringWidth(text));

const graphemes = new Intl.Segmenter();

/** The text, cut to that many cells with `…` for what is missing. */
export function clip(text: string, width: number): string {
	if (textWidth(text) <= width) return text;
	if (ASCII.test(text)) return `${text.slice(0, width - 1)}…`;
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
