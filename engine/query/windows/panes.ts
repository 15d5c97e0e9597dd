/** A window of more panes is a mistake of units, and each of its tables would merge them all. */
export const MAX_PANES = 1000;

/** The longest length, in whole ns, that both are multiples of. */
export const commonLength = (a: number, b: number): number => {
	let [x, y] = [Math.round(a), Math.round(b)];
	while (y > 0) [x, y] = [y, x % y];
	return x;
};

export const panesOf = (length: number, every: number): number => length / commonLength(length, every);
