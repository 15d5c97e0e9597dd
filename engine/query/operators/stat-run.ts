import type { Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import type { Flow } from '../flow.ts';
import { Grouping } from '../grouping/grouping.ts';
import { compileGrouping } from '../grouping/plan.ts';
import type { GroupingSpec } from '../grouping/spec.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { compileKey } from '../windows/key.ts';
import type { Contents, Window } from '../windows/window.ts';
import { windowed } from '../windows/windowed.ts';
import { Refresh } from './refresh.ts';
import type { TimeReader } from './time.ts';
import { type SignalOperator, transform } from './transform.ts';

/** A checked `stat`. */
export interface StatPlan {
	readonly spec: GroupingSpec;
	/** The columns behind the keys, computed from keys and aggregates of a group. */
	readonly values: readonly Ir[];
	readonly window: Window | null;
	readonly times: ((env: Env) => TimeReader) | null;
	/** Rows begin with the start and end of their window. */
	readonly windowColumns: boolean;
	/** Exchanges of both ends would be counted together. */
	readonly sides: boolean;
}

export const statOperator = (plan: StatPlan, shape: Flow['shape'], env: Env): SignalOperator => {
	if (shape === 'tables') return statOfTables(plan, env);
	if (plan.window === null) return statSoFar(plan, env);
	return windowed(
		plan.window,
		{
			contents: () => compileAggregation(plan, env),
			times: () => plan.times?.(env) ?? (() => null),
			keyOf: () => compileKey(plan.spec.keys, env),
		},
		env,
	);
};

/** Groups under construction, and the rows that come of them. */
export const compileAggregation = (plan: StatPlan, env: Env): Contents<Grouping> => {
	const grouping = compileGrouping(plan.spec, env);
	const getters = plan.values.map((ir) => compileValue(ir, env));
	const width = plan.spec.keys.length;
	const watchSides = plan.sides ? sideWatcher(env) : null;
	const toRow = (group: readonly Value[], bounds: readonly Value[]): Row => [
		...bounds,
		...group.slice(0, width),
		...getters.map((get) => get(group)),
	];
	return {
		open: () => new Grouping(grouping),
		add: (groups, row) => {
			try {
				if (groups.add(row)) env.context.completeness.foldedGroups++;
				watchSides?.(row);
			} catch (error) {
				env.failedRecord(error);
			}
		},
		merge: (groups, part) => {
			env.context.completeness.foldedGroups += groups.merge(part);
		},
		givesEmpty: width === 0,
		rows: (groups, window) => {
			const bounds = plan.windowColumns ? [window?.start ?? null, window?.end ?? null] : [];
			return groups.result().map((group) => toRow(group, bounds));
		},
	};
};

/** On one host both ends of a call are observed: counting the two together is rarely what was meant. */
const sideWatcher = (env: Env): ((row: Row) => void) => {
	const seen = { client: false, server: false };
	return (row) => {
		const { side } = exchangeOf(row).endpoint;
		if (side === null || seen[side]) return;
		seen[side] = true;
		if (seen.client && seen.server)
			env.context.warn('both ends of calls are counted here: add `where side == "server"` to count each once');
	};
};

const statOfTables = (plan: StatPlan, env: Env): SignalOperator =>
	transform(() => {
		const { open, add, rows } = compileAggregation(plan, env);
		return {
			table: (table, out) => {
				const grouping = open();
				for (const row of table.rows) add(grouping, row);
				out.next({ ...table, rows: rows(grouping, table.window) });
			},
		};
	});

/** Without a window: the aggregate of all rows so far. */
const statSoFar = (plan: StatPlan, env: Env): SignalOperator =>
	transform(() => {
		const { open, add, rows } = compileAggregation(plan, env);
		const timeOf = plan.times?.(env) ?? (() => null);
		const grouping = open();
		const refresh = new Refresh(env, () => rows(grouping, null));
		return {
			rows: (batch, out) => {
				for (const row of batch) add(grouping, row);
				const last = batch.at(-1);
				refresh.at(last === undefined ? null : timeOf(last), out);
			},
			time: (now, out) => {
				refresh.at(now, out);
				out.next({ kind: 'time', now });
			},
			end: (out) => refresh.end(out),
		};
	});
