import type { Accumulator } from '../aggregates/aggregate.ts';
import type { Env } from '../env.ts';
import { compileValue, type Getter } from '../expression/compile.ts';
import { compileTest } from '../expression/compile-test.ts';
import { isNumeric } from '../expression/types.ts';
import type { Row } from '../signal.ts';
import type { RollupCall } from './rollup.ts';
import type { AggregateCall, GroupingSpec } from './spec.ts';

/** Numbers of the rows, NaN where there is none: what arquero aggregates. */
type NumberReader = (row: Row) => number;

/** An accumulator that is fed row by row. */
interface Feed {
	readonly create: () => Accumulator;
	readonly value: Getter;
	readonly companion: Getter;
}

/** An accumulator that takes over from a column when there are too many rows to keep; no column counts rows. */
interface Successor {
	readonly create: () => Accumulator;
	readonly column: number | null;
}

/** Where the value of an aggregate comes from. */
type Output =
	| { readonly kind: 'rolled'; readonly call: RollupCall; readonly successor: number }
	| {
			readonly kind: 'fed';
			readonly feed: number;
			/** Null: the seconds from the first row of all groups to the last. */
			readonly parameter: number | null;
	  };

/** A grouping compiled to closures, once for all its windows. */
export interface GroupingPlan {
	readonly keys: readonly Getter[];
	readonly columns: readonly NumberReader[];
	readonly successors: readonly Successor[];
	readonly feeds: readonly Feed[];
	readonly outputs: readonly Output[];
	/** When a row was, where an output asks from when to when rows came. */
	readonly time: Getter | null;
}

export const compileGrouping = ({ keys, calls }: GroupingSpec, env: Env): GroupingPlan => {
	const columns: { readonly key: string; readonly read: NumberReader }[] = [];
	const successors: Successor[] = [];
	const feeds: (Feed & { readonly key: string })[] = [];
	const outputs = calls.map((call): Output => {
		const { aggregate, parameter } = call;
		const create = aggregate.accumulator;
		if (aggregate.rollup === undefined || !rollsUp(call)) {
			const feed = place(
				feeds,
				(known) => known.create === create && known.key === call.input,
				() => ({ ...compileFeed(call, env), key: call.input }),
			);
			return { kind: 'fed', feed, parameter: asksSpan(call) ? null : parameter };
		}
		const key = `${isNumber(call) ? 'number' : 'presence'} ${call.input}`;
		const column = countsRows(call)
			? null
			: place(
					columns,
					(known) => known.key === key,
					() => ({ key, read: compileColumn(call, env) }),
				);
		const successor = place(
			successors,
			(known) => known.create === create && known.column === column,
			() => ({ create, column }),
		);
		return { kind: 'rolled', call: { rollup: aggregate.rollup, column, parameter }, successor };
	});
	const time = calls.find(asksSpan)?.companion ?? null;
	return {
		keys: keys.map((key) => compileValue(key, env)),
		columns: columns.map(({ read }) => read),
		successors,
		feeds,
		outputs,
		time: time && compileValue(time, env),
	};
};

/** Per second of no window. */
const asksSpan = ({ aggregate, parameter }: AggregateCall): boolean => aggregate.timed === true && parameter === 0;

/** Where in the list the wanted element is; it is made when there is none. */
const place = <T>(list: T[], isWanted: (known: T) => boolean, make: () => T): number => {
	const known = list.findIndex(isWanted);
	return known >= 0 ? known : list.push(make()) - 1;
};

const isNumber = ({ value }: AggregateCall): boolean => value !== null && isNumeric(value.type);

/** Counting needs only to know that a value is there; everything else needs it to be a number. */
const rollsUp = (call: AggregateCall): boolean => isNumber(call) || call.aggregate.rollup?.op === 'valid';

const countsRows = ({ value, where }: AggregateCall): boolean => value === null && where === null;

/** The value where the call's own condition holds; a call without a value takes the row for one. */
const compileInput = ({ value, where }: AggregateCall, env: Env): Getter => {
	const get: Getter = value === null ? () => true : compileValue(value, env);
	if (where === null) return get;
	const test = compileTest(where, false, env);
	return (row) => (test(row) ? get(row) : null);
};

const compileColumn = (call: AggregateCall, env: Env): NumberReader => {
	const get = compileInput(call, env);
	if (!isNumber(call)) return (row) => (get(row) === null ? Number.NaN : 1);
	return (row) => {
		const value = get(row);
		return typeof value === 'number' ? value : Number.NaN;
	};
};

const compileFeed = (call: AggregateCall, env: Env): Feed => ({
	create: call.aggregate.accumulator,
	value: compileInput(call, env),
	companion: call.companion === null ? () => null : compileValue(call.companion, env),
});
