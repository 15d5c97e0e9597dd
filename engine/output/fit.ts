import { textWidth } from './text-width.ts';

/** What a column of a table would like to have. All widths are terminal cells. */
export interface ColumnWish {
	/** With the header on one line and no cell clipped. */
	readonly natural: number;
	/** With the header broken at its underscores, no cell clipped. */
	readonly compact: number;
	/** Clipping its cells loses only the end of a text; a clipped number would be another number. */
	readonly clippable: boolean;
	/** It tells rows apart, or puts them in order: others are left out before it. */
	readonly key?: boolean;
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

/** The columns for which there is room: the last to go are those that are keys, of each kind the left ones. */
function roomFor(
	wishes: readonly ColumnWish[],
	least: readonly number[],
	width: number,
	gap: number,
): ReadonlySet<number> {
	const shown = new Set(wishes.keys());
	const needed = (): number => sum([...shown].map((i) => least[i])) + gap * (shown.size - 1);
	const leaving = [...wishes.keys()]
		.reverse()
		.sort((a, b) => Number(wishes[a].key ?? false) - Number(wishes[b].key ?? false));
	for (const i of leaving.slice(0, -1)) {
		if (needed() <= width) break;
		shown.delete(i);
	}
	return shown;
}

/**
 * Fits columns into `width` with `gap` between two: at their natural widths; else with headers broken; else with the
 * widest texts clipped; else with columns left out. Gives the width of each column, null for one that is left out.
 */
export function fit(wishes: readonly ColumnWish[], width: number, gap: number): (number | null)[] {
	const natural = wishes.map((wish) => wish.natural);
	if (sum(natural) + gap * (wishes.length - 1) <= width) return natural;
	const least = wishes.map(({ compact, clippable }) => (clippable ? Math.min(compact, MIN_TEXT) : compact));
	const shown = roomFor(wishes, least, width, gap);
	const kept = wishes.filter((_, i) => shown.has(i));
	const numbers = sum(kept.map(({ compact, clippable }) => (clippable ? 0 : compact)));
	const texts = kept.filter(({ clippable }) => clippable).map(({ compact }) => compact);
	const most = Math.max(1, level(texts, width - gap * (kept.length - 1) - numbers));
	return wishes.map(({ compact, clippable }, i) =>
		shown.has(i) ? (clippable ? Math.min(compact, most) : compact) : null,
	);
}

/** Which columns were left out, in words no longer than `width` where one name fits, and the mend. */
export function noRoom(columns: readonly string[], width: number): string {
	const words = (named: number): string => {
		const more = columns.length - named;
		const names = `${columns.slice(0, named).join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
		return `no room for ${names} (a wider terminal or \`select\`)`;
	};
	let named = columns.length;
	while (named > 1 && textWidth(words(named)) > width) named -= 1;
	return words(named);
}
