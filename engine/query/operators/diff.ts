import { Observable, Subscription } from 'rxjs';
import type { Arg, Call, Stage } from '../../../grammar/ast.ts';
import type { Value } from '../../exchange/field.ts';
import { pipeThrough } from '../blocks.ts';
import type { Env } from '../env.ts';
import { groupingWords } from '../explain/bounds.ts';
import { closedFlow, type Flow, isWhole } from '../flow.ts';
import { AggregateCalls } from '../grouping/check-aggregate.ts';
import { isQuantile } from '../grouping/spec.ts';
import { valuesOf } from '../rows.ts';
import type { Row, Signal } from '../signal.ts';
import { checkColumns, type NamedIr, refuseDuplicates, refuseTaken } from './columns.ts';
import { argsOf, blockOf, keysOf, refuseItems } from './items.ts';
import { type CheckContext, type CheckedBlock, type Operator, scopeOf } from './operator.ts';
import { compileAggregation, type StatPlan } from './stat-run.ts';
import { timeIr } from './time.ts';
import type { SignalOperator } from './transform.ts';

const EXAMPLE = 'diff count(), p99(latency) { from "b.ciqrec" } by route';

export const diff: Operator = {
	name: 'diff',
	doc: 'Compares two pipelines key by key: each aggregate before, after, which is the one in braces, and its change as a fraction of before; null for a key that one lacks',
	usage: 'diff [aggregate, …] { pipeline } by key, …',
	examples: ['from "a.ciqrec" | diff { from "b.ciqrec" } by route', `from "a.ciqrec" | ${EXAMPLE}`],
	takes: ['args', 'block', 'by'],
	check: (stage, input, context) => {
		if (refuseItems(stage, diff, context)) return null;
		const other = blockOf(stage, EXAMPLE, context);
		const block = other && context.checkBlock(other, null);
		if (block === null) return null;
		const written = argsOf(stage);
		const values = written.length > 0 ? written : ordinary(stage, [input, block.flow]);
		const before = checkSide(stage, values, input, context);
		const after = before && checkSide(stage, values, block.flow, context);
		if (before === null || after === null) return null;
		const { keys } = before;
		const made = before.values.flatMap(({ name }) => [`${name}_before`, `${name}_after`, `${name}_change`]);
		if (refuseTaken(keys, made, context.problems)) return null;
		const columns = [
			...keys.map(({ name, ir, arg }) => ({ name, type: ir.type, node: arg.value })),
			...before.values.flatMap(({ name, ir, arg }) => [
				{ name: `${name}_before`, type: ir.type, node: arg.value },
				{ name: `${name}_after`, type: ir.type, node: arg.value },
				{ name: `${name}_change`, type: 'float' as const, node: arg.value },
			]),
		];
		return {
			flow: {
				...closedFlow(input, columns),
				shape: 'tables',
				collects: true,
				bounded: input.bounded && block.flow.bounded,
			},
			expressions: [...before.expressions, ...after.expressions],
			blocks: [block],
			aggregates: true,
			keeps: groupingWords(keys.length > 0, before.plan.spec.calls.some(isQuantile)),
			build: (env) => compared(before.plan, block, after.plan, env),
		};
	},
};

interface DiffSide {
	readonly keys: readonly NamedIr[];
	readonly values: readonly NamedIr[];
	readonly expressions: NamedIr['ir'][];
	readonly plan: StatPlan;
}

const checkSide = (stage: Stage, compared: readonly Arg[], flow: Flow, context: CheckContext): DiffSide | null => {
	const keys = checkColumns(keysOf(stage), scopeOf(flow, context));
	if (keys === null) return null;
	const time = timeIr(flow, { kind: 'name', name: stage.name, span: stage.span });
	const calls = new AggregateCalls(scopeOf(flow, context), { time, seconds: 0 });
	const checked = compared.map((arg) => calls.checkColumn(arg, keys.length));
	const values = checked.filter((value) => value !== null);
	if (values.length < checked.length || refuseDuplicates([...keys, ...values], context.problems)) return null;
	const spec = { keys: keys.map(({ ir }) => ir), calls: calls.list };
	return {
		keys,
		values,
		expressions: [...spec.keys, ...calls.expressions],
		plan: { spec, values: values.map(({ ir }) => ir), window: null, times: null, windowColumns: false, sides: false },
	};
};

/** What is compared when nothing is said: how many, and how slow where both sides have that. */
const ordinary = ({ name, span }: Stage, sides: readonly Flow[]): readonly Arg[] => {
	const call = (callee: string, args: readonly Arg[]): Arg => {
		const value: Call = { kind: 'call', callee: { ...name, text: callee }, args, where: null, span };
		return { name: null, value, order: null, span };
	};
	const latency: Arg = {
		name: null,
		value: { kind: 'name', name: { ...name, text: 'latency' }, span },
		order: null,
		span,
	};
	const areTimed = sides.every((flow) => isWhole(flow) || flow.columns.some((column) => column.name === 'latency'));
	return [call('count', []), ...(areTimed ? [call('p99', [latency])] : [])];
};

/** Both sides are aggregated as they come; when both have ended there is one table, with every key of either. */
const compared =
	(before: StatPlan, block: CheckedBlock, after: StatPlan, env: Env): SignalOperator =>
	(source) =>
		new Observable<Signal>((out) => {
			const sides = [before, after].map((plan) => {
				const aggregation = compileAggregation(plan, env);
				return { aggregation, state: aggregation.open() };
			});
			let open = sides.length;
			const observe = (at: number) => ({
				next: (signal: Signal) => {
					const side = sides[at];
					if (signal.kind === 'time' || side === undefined) return;
					if (signal.kind === 'table' && !signal.final) return;
					for (const row of signal.rows) side.aggregation.add(side.state, row);
				},
				error: (error: unknown) => out.error(error),
				complete: () => {
					if (--open > 0) return;
					const [left = [], right = []] = sides.map(({ aggregation, state }) => aggregation.rows(state, null));
					const rows = compareRows(left, right, before.spec.keys.length);
					out.next({ kind: 'table', rows, window: null, final: true });
					out.complete();
				},
			});
			const running = new Subscription();
			running.add(source.subscribe(observe(0)));
			running.add(pipeThrough(env.inputOf(block), block.stages, env).subscribe(observe(1)));
			return running;
		});

const compareRows = (before: readonly Row[], after: readonly Row[], width: number): readonly Row[] => {
	const byKey = new Map<
		string,
		{ readonly key: readonly Value[]; before: readonly Value[]; after: readonly Value[] }
	>();
	for (const [side, rows] of [
		['before', before],
		['after', after],
	] as const)
		for (const row of rows) {
			const key = valuesOf(row).slice(0, width);
			const text = JSON.stringify(key);
			const entry = byKey.get(text) ?? { key, before: [], after: [] };
			entry[side] = valuesOf(row).slice(width);
			byKey.set(text, entry);
		}
	return [...byKey.values()].map((entry) => {
		const length = Math.max(entry.before.length, entry.after.length);
		const values = Array.from({ length }, (_, at) => {
			const [x = null, y = null] = [entry.before[at], entry.after[at]];
			return [x, y, changeOf(x, y)];
		});
		return [...entry.key, ...values.flat()];
	});
};

/** 0.5 is half as much again; null where there was nothing before. */
const changeOf = (before: Value, after: Value): number | null =>
	typeof before === 'number' && typeof after === 'number' && before !== 0 ? (after - before) / Math.abs(before) : null;
