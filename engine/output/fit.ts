/** What a column of a table would like to have. All widths are terminal cells. */
export interface ColumnWish {
	/** With the header on one line and no cell clipped. */
	readonly natural: number;
	/** With the header broken at its underscores, no cell clipped. */
	readonly compact: number;
	/** Clipping its cells loses only the end of a text; a clipped number would be another number. */
	readonly clippable: boolean;
}

/** Less of a text tells nothing. */
const MIN_TEXT = 12;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The largest level so that what stands above it, cut off, leaves a sum of at most `room`: water in a vessel. */
function level(heights: readonly number[], room: number): number {
	const sorted = heights.toSorted((a, b) => a - b);
	let left = room;
	for (const [i, height] of sorted.entries()) {
		const share = Math.floor(left / (sorted.length - i));
		if (height > share) return share;
		left -= height;
	}
	return Number.POSITIVE_INFINITY;
}

/**
 * Fits columns into `width` with `gap` between two: at their natural widths; else with headers broken; else with the
 * widest texts clipped; else with columns left out from the right. Gives the widths of the columns that are shown.
 */
export function fit(wishes: readonly ColumnWish[], width: number, gap: number): number[] {
	const room = (columns: number): number => width - gap * (columns - 1);
	const natural = wishes.map((wish) => wish.natural);
	if (sum(natural) <= room(wishes.length)) return natural;
	const least = wishes.map(({ compact, clippable }) => (clippable ? Math.min(compact, MIN_TEXT) : compact));
	let shown = wishes.length;
	while (shown > 1 && sum(least.slice(0, shown)) > room(shown)) shown--;
	const kept = wishes.slice(0, shown);
	const numbers = sum(kept.map(({ compact, clippable }) => (clippable ? 0 : compact)));
	const texts = kept.filter(({ clippable }) => clippable).map(({ compact }) => compact);
	const most = Math.max(1, level(texts, room(shown) - numbers));
	return kept.map(({ compact, clippable }) => (clippable ? Math.min(compact, most) : compact));
}

/** Which columns were left out, in words, and the mend. */
export const noRoom = (columns: readonly string[]): string =>
	`no room for ${columns.join(', ')} (a wider terminal or \`select\`)`;
