/** The left eighths of a cell, U+258F to U+2589. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar to scale: `share` (0 to 1) of `width` cells. What is more than nothing shows. */
export function bar(share: number, width: number, unicode: boolean): string {
	const cells = Math.min(1, Math.max(0, share)) * width;
	if (!unicode) return '#'.repeat(Math.round(cells));
	const eighths = share > 0 ? Math.max(1, Math.round(cells * 8)) : 0;
	return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
