import type { Expr, Stage } from '../../../grammar/ast.ts';
import { nameOf } from '../../exchange/type.ts';
import { NS_PER_SECOND } from '../../nanoseconds.ts';
import { groupingWords, windowWords } from '../explain/bounds.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import { closedFlow, type Flow } from '../flow.ts';
import { AggregateCalls, type Timing } from '../grouping/check-aggregate.ts';
import { type GroupingSpec, isQuantile } from '../grouping/spec.ts';
import { LATE } from '../windows/check-window.ts';
import type { Window } from '../windows/window.ts';
import { checkColumns, type NamedIr, refuseDuplicates, refuseTaken } from './columns.ts';
import { keysOf, refuseItems } from './items.ts';
import { type CheckContext, type CheckedStage, type Operator, scopeOf } from './operator.ts';
import { statItems } from './stat-items.ts';
import { type StatPlan, statOperator } from './stat-run.ts';
import { timeIr, timeReader } from './time.ts';

export const stat: Operator = {
	name: 'stat',
	doc: 'Aggregates by key: of each window, of a stream so far, or of each table; or a view of the given name',
	usage: 'stat [name =] aggregate, … [by key, …] [window] | stat view [by key, …] [window]',
	examples: [
		'watch http | stat count(), p99(latency) by path 5s',
		'stat http slow by remote_ip 5s',
		'watch http | stat count() by path over 1m every 5s',
		'watch http | stat count(), span(ts) by client_ip every session(30s)',
		'watch http | stat p99(latency) every 1000',
	],
	flags: [LATE],
	takes: ['args', 'by', 'every', 'over'],
	keepsNoRows: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, stat, context)) return null;
		const items = statItems(stage, input, context);
		if (items === null) return null;
		const keys = checkKeys(stage, input, context);
		const calls = new AggregateCalls(scopeOf(input, context), timingOf(stage, input, items.window));
		const values = items.columns.map((arg) => calls.checkColumn(arg, keys?.length ?? 0));
		const named = values.filter((value) => value !== null);
		if (keys === null || named.length < values.length || refuseDuplicates([...keys, ...named], context.problems))
			return null;
		const windowColumns = givesWindowColumns(input, items.window);
		if (windowColumns && refuseTaken([...keys, ...named], WINDOW_COLUMNS, context.problems)) return null;
		return checkedStat(stage, input, { keys, values: named, calls, window: items.window, windowColumns });
	},
};

interface StatParts {
	readonly keys: readonly NamedIr[];
	readonly values: readonly NamedIr[];
	readonly calls: AggregateCalls;
	readonly window: Window | null;
	readonly windowColumns: boolean;
}

const checkedStat = (stage: Stage, input: Flow, parts: StatParts): CheckedStage => {
	const { keys, values, calls, window, windowColumns } = parts;
	const times = timeReader(input);
	const spec: GroupingSpec = { keys: keys.map(({ ir }) => ir), calls: calls.list };
	const plan: StatPlan = {
		spec,
		values: values.map(({ ir }) => ir),
		window,
		times,
		windowColumns,
		sides: input.exchanges && !tellsSidesApart(spec),
	};
	const columnOf = ({ name, ir, arg }: NamedIr) => ({ name, type: ir.type, node: arg.value });
	const named = [...keys.map((key) => ({ ...columnOf(key), key: true as const })), ...values.map(columnOf)];
	const start: Expr = { kind: 'name', name: stage.name, span: stage.span };
	const windowed = WINDOW_COLUMNS.map((name) => ({ name, type: 'time' as const, node: start }));
	return {
		flow: {
			...closedFlow(input, windowColumns ? [...windowed, ...named] : named),
			shape: 'tables',
			windowNs: undefined,
			collects: input.collects || (input.shape === 'stream' && window === null),
		},
		expressions: [...spec.keys, ...calls.expressions],
		aggregates: true,
		keeps: [
			...(input.shape === 'stream' ? [windowWords(window)] : []),
			...groupingWords(keys.length > 0, calls.list.some(isQuantile)),
		],
		build: (env) => statOperator(plan, input.shape, env),
	};
};

/** The keys, or the conditions of all aggregates, look at the side that was observed. */
const tellsSidesApart = ({ keys, calls }: GroupingSpec): boolean =>
	keys.some(looksAtSide) || (calls.length > 0 && calls.every(({ where }) => where !== null && looksAtSide(where)));

const looksAtSide = (ir: Ir): boolean =>
	(ir.kind === 'field' && ir.field.name === 'side') || partsOf(ir).some(looksAtSide);

/** What rates of a `stat` are per second of. */
const timingOf = (stage: Stage, input: Flow, window: Window | null): Timing => ({
	time: input.shape === 'stream' ? timeIr(input, { kind: 'name', name: stage.name, span: stage.span }) : null,
	seconds: (window?.kind === 'time' ? window.length : (input.windowNs ?? 0)) / NS_PER_SECOND,
});

const WINDOW_COLUMNS = ['window_start', 'window_end'] as const;

const givesWindowColumns = (input: Flow, window: Window | null): boolean =>
	(window !== null && timeReader(input) !== null) || hasWindowColumns(input);

const hasWindowColumns = (input: Flow): boolean =>
	input.shape === 'tables' && WINDOW_COLUMNS.every((name, at) => input.columns[at]?.name === name);

/** A table is of one window: who asks for a row for each has it, and its columns. */
const isOwnWindow = ({ name, ir }: NamedIr, input: Flow): boolean =>
	hasWindowColumns(input) && ir.kind === 'column' && name === WINDOW_COLUMNS[ir.index];

const checkKeys = (stage: Stage, input: Flow, context: CheckContext): readonly NamedIr[] | null => {
	const keys = checkColumns(keysOf(stage), scopeOf(input, context));
	const record = keys?.find(({ ir }) => nameOf(ir.type) === 'record');
	if (record === undefined) return keys?.filter((key) => !isOwnWindow(key, input)) ?? null;
	context.problems.error('CIQ405', record.arg, 'rows cannot be grouped by a record', {
		label: 'group by one of its parts',
	});
	return null;
};
