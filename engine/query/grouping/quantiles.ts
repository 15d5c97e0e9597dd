/** The values of each group in ascending order, for any number of quantiles of one column. */
export class GroupedValues {
	/** Group after group; the values of group n stand before `ends[n]`. */
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
		for (let group = 0; group < size; group++) values.subarray(ends[group - 1] ?? 0, ends[group]).sort();
		this.#values = values;
		this.#ends = ends;
	}

	/** Between the two closest ranks, as accumulators have it; null of no values. */
	quantile(group: number, q: number): number | null {
		const start = this.#ends[group - 1] ?? 0;
		const last = this.#ends[group]! - 1 - start;
		if (last < 0) return null;
		const rank = last * q;
		const low = this.#values[start + Math.floor(rank)]!;
		const high = this.#values[start + Math.ceil(rank)]!;
		return low + (high - low) * (rank - Math.floor(rank));
	}
}
