import { putNthSmallest } from './nth-smallest.ts';

/** The values of each group, for any number of quantiles of one column. */
export class GroupedValues {
	/** Group after group; the values of group n stand before `ends[n]`, in any order. */
	readonly #values: Float64Array;
	readonly #ends: Int32Array;

	/** `groups` has the number of each row's group, below `size`; NaN in `column` is "no value". */
	constructor(groups: Uint32Array, size: number, column: Float64Array) {
		const ends = new Int32Array(size);
		for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row])) ends[groups[row]!]!++;
		let start = 0;
		for (let group = 0; group < size; group++) {
			const count = ends[group]!;
			ends[group] = start;
			start += count;
		}
		const values = new Float64Array(start);
		for (let row = 0; row < column.length; row++)
			if (!Number.isNaN(column[row])) values[ends[groups[row]!]!++] = column[row]!;
		this.#values = values;
		this.#ends = ends;
	}

	/** Between the two closest ranks, as accumulators have it; null of no values. */
	quantile(group: number, q: number): number | null {
		const values = this.#values;
		const start = this.#ends[group - 1] ?? 0;
		const end = this.#ends[group]!;
		if (start === end) return null;
		const rank = (end - start - 1) * q;
		const at = start + Math.floor(rank);
		putNthSmallest(values, at, start, end);
		const low = values[at]!;
		const part = rank - Math.floor(rank);
		if (part === 0) return low;
		let high = values[at + 1]!;
		for (let next = at + 2; next < end; next++) if (values[next]! < high) high = values[next]!;
		return low + (high - low) * part;
	}
}
