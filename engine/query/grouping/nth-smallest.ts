/** Shorter stretches are sorted: partitioning them gains nothing. */
const SHORT = 32;

/**
 * Reorders values[from, to) so that values[n] is what it would be if they were sorted, with nothing larger before it and
 * nothing smaller behind it. Hoare's quickselect: a quarter of a sort's time. Values of a capture may be chosen by an
 * attacker so that every partition takes off next to nothing; after twice as many rounds as it should take, it sorts.
 */
export const putNthSmallest = (values: Float64Array, n: number, from: number, to: number): void => {
	let rounds = 2 * Math.ceil(Math.log2(to - from + 1));
	while (to - from > SHORT && rounds-- > 0) {
		const pivot = medianOf(values[from]!, values[(from + to) >>> 1]!, values[to - 1]!);
		let left = from;
		let right = to - 1;
		while (left <= right) {
			while (values[left]! < pivot) left++;
			while (values[right]! > pivot) right--;
			if (left > right) break;
			const value = values[left]!;
			values[left++] = values[right]!;
			values[right--] = value;
		}
		if (n <= right) to = right + 1;
		else if (n >= left) from = left;
		else return;
	}
	values.subarray(from, to).sort();
};

const medianOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
