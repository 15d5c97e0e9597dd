import type { Rollup } from '../aggregates/aggregate.ts';
import { Total } from '../aggregates/total.ts';
import { GroupedValues } from './quantiles.ts';

type Arquero = typeof import('arquero');
let arquero: Arquero | null = null;

/** To be awaited before `rollUp` is called: a query without aggregates need not pay for loading it. */
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

/** The value of one call for a group; null where there was nothing to aggregate. */
export type RolledUp = (group: number) => number | null;

/**
 * Aggregates columns of numbers, in which NaN is "no value", by the number of each row's group, all below `size`. Gives
 * the values of each call.
 *
 * The groups are handed to arquero as they are: its own grouping makes a text of every row's key, and joins several without
 * escaping, so that crafted values would fall together. Quantiles are taken from typed arrays: sorting the lists that
 * arquero keeps for them took a quarter of a query's time. Sums and means are those of the accumulators: arquero's mean
 * runs along, and is inexact even of whole numbers.
 */
export const rollUp = (
	groups: Uint32Array,
	size: number,
	columns: readonly Float64Array[],
	calls: readonly RollupCall[],
): readonly RolledUp[] => {
	if (arquero === null) throw new Error('arquero is not loaded');
	const { op } = arquero;
	const expressions: Record<string, { toString(): string }> = {};
	for (const [at, { rollup, column }] of calls.entries()) {
		if (column === null) expressions[`a${at}`] = op.count();
		else if (!isOwn(rollup.op)) expressions[`a${at}`] = op[rollup.op](`c${column}`);
	}
	const table = arquero.table({
		// Without it a table that only counts would have no rows.
		g: groups,
		...Object.fromEntries(columns.map((column, at) => [`c${at}`, column])),
	});
	const result = table.create({ groups: { keys: groups, size, names: [], get: [], rows: [] } }).rollup(expressions);
	const sorted = new Map<number, GroupedValues>();
	const added = new Map<number, readonly Total[]>();
	return calls.map(({ rollup: { op }, column, parameter }, at): RolledUp => {
		if (column === null || !isOwn(op)) return (group) => numberOf(result.get(`a${at}`, group));
		if (op === 'quantile') {
			const values = sorted.get(column) ?? new GroupedValues(groups, size, columns[column]!);
			sorted.set(column, values);
			return (group) => values.quantile(group, parameter);
		}
		const totals = added.get(column) ?? totalsOf(groups, size, columns[column]!);
		added.set(column, totals);
		return op === 'sum' ? (group) => totals[group]!.sum() : (group) => totals[group]!.mean();
	});
};

type OwnOp = 'sum' | 'mean' | 'quantile';

/** Whether it is computed here, not by arquero. */
const isOwn = (op: Rollup['op']): op is OwnOp => op === 'sum' || op === 'mean' || op === 'quantile';

const totalsOf = (groups: Uint32Array, size: number, column: Float64Array): readonly Total[] => {
	const totals = Array.from({ length: size }, () => new Total());
	for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row])) totals[groups[row]!]!.add(column[row]!);
	return totals;
};

/** Arquero says undefined where there was no value. */
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
