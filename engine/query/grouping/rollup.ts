import type { Rollup } from '../aggregates/aggregate.ts';

type Arquero = typeof import('arquero');
let arquero: Arquero | null = null;

/** To be awaited before `rollUp` is called: loading takes 100 ms that a query without aggregates need not pay. */
export const loadArquero = async (): Promise<void> => {
	arquero ??= await import('arquero');
};

/** One output of a rollup. */
export interface RollupCall {
	readonly rollup: Rollup;
	/** Which of the columns; null counts rows. */
	readonly column: number | null;
	readonly parameter: number;
}

const GROUP = 'g';

/**
 * Groups rows by their group number and aggregates columns of numbers, in which NaN is "no value". Gives for every group
 * number that occurs the values of the calls, null where there was nothing to aggregate.
 *
 * The key is one column of integers of our own: arquero joins several key columns as text without escaping, so that
 * crafted values would fall together.
 */
export const rollUp = (
	groups: Int32Array,
	columns: readonly Float64Array[],
	calls: readonly RollupCall[],
): ReadonlyMap<number, readonly (number | null)[]> => {
	if (arquero === null) throw new Error('arquero is not loaded');
	const { op } = arquero;
	const expressions: Record<string, { toString(): string }> = {};
	for (const [at, { rollup, column, parameter }] of calls.entries()) {
		const field = `c${column}`;
		if (column === null) expressions[`a${at}`] = op.count();
		else expressions[`a${at}`] = rollup.op === 'quantile' ? op.quantile(field, parameter) : op[rollup.op](field);
	}
	const table = arquero.table({
		[GROUP]: groups,
		...Object.fromEntries(columns.map((column, at) => [`c${at}`, column])),
	});
	const result = table.groupby(GROUP).rollup(expressions);
	const values = new Map<number, (number | null)[]>();
	for (let row = 0; row < result.numRows(); row++)
		values.set(
			Number(result.get(GROUP, row)),
			calls.map((_, at) => numberOf(result.get(`a${at}`, row))),
		);
	return values;
};

/** Arquero says undefined where there was no value. */
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
