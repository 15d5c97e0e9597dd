/** No name is longer; the distance costs the product of the lengths. */
const MAX_LENGTH = 64;

/** People mix `resp-size`, `respSize` and `resp_size`. */
const normal = (name: string): string => name.toLowerCase().replace(/[-_]/g, '');

const letters = (name: string): string => [...name].sort().join('');

/** How many edits may still be a slip: none in the shortest names, where any two are close. */
function bound(length: number): number {
	if (length < 3) return 0;
	if (length < 5) return 1;
	return length < 9 ? 2 : 3;
}

/** Edits from one word to another: insert, delete, replace, swap two neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
	let beforePrevious: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i += 1) {
		const row = [i];
		for (let j = 1; j <= b.length; j += 1) {
			const same = a[i - 1] === b[j - 1];
			let edits = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				edits = Math.min(edits, beforePrevious[j - 2]! + 1);
			}
			row.push(edits);
		}
		beforePrevious = previous;
		previous = row;
	}
	return previous[b.length]!;
}

/** The candidate that was probably meant by `name`, blind to case, `-` and `_`; null when none is close. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
	const wanted = normal(name);
	if (wanted.length > MAX_LENGTH) return null;
	const most = bound(wanted.length);
	let best: string | null = null;
	let least = Number.POSITIVE_INFINITY;
	for (const candidate of candidates) {
		const known = normal(candidate);
		if (Math.abs(known.length - wanted.length) > most) continue;
		const edits = distance(wanted, known);
		if (edits > most) continue;
		// Between equals a first letter is seldom wrong, and the same letters in another order are the likeliest slip.
		const cost = edits + (known[0] === wanted[0] ? 0 : 0.5) + (letters(known) === letters(wanted) ? 0 : 0.1);
		if (cost >= least) continue;
		best = candidate;
		least = cost;
	}
	return best;
}
