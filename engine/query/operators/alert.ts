import type { Arg, Stage } from '../../../grammar/ast.ts';
import { groupingWords, windowWords } from '../explain/bounds.ts';
import type { Ir } from '../expression/ir.ts';
import { inWords } from '../expression/types.ts';
import { closedFlow } from '../flow.ts';
import { AggregateCalls } from '../grouping/check-aggregate.ts';
import { isQuantile } from '../grouping/spec.ts';
import { timeWindow } from '../windows/check-window.ts';
import { type AlertPlan, alerts } from './alert-run.ts';
import { checkColumns, refuseTaken } from './columns.ts';
import { argsOf, clauseDuration, flagOf, keysOf, refuseItems } from './items.ts';
import { type CheckContext, type Operator, scopeOf } from './operator.ts';
import { refuseHeld } from './sort.ts';
import { timeReader } from './time.ts';

/** The window is looked at so many times while it passes, unless `every` says otherwise; a divisor of every µs. */
const LOOKS = 5;

const OWN_COLUMNS = ['ts', 'alert', 'value', 'rows'] as const;

export const alert: Operator = {
	name: 'alert',
	doc: 'A row when a condition on the last so much time begins to hold, and one when it holds no more; nothing is told before the capture has run for so long',
	usage: 'alert condition [by key, …] for duration [every duration] [--min-count=n]',
	examples: ['watch http | alert count(where failed) / count() > 1% by route for 30s --min-count=50'],
	takes: ['args', 'by', 'for', 'every'],
	flags: [{ name: 'min-count', value: 'n', doc: 'Of fewer rows than this nothing is concluded' }],
	check: (stage, input, context) => {
		if (refuseItems(stage, alert, context)) return null;
		const [arg, extra] = argsOf(stage);
		const { problems } = context;
		if (arg === undefined || extra !== undefined) {
			problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, '`alert` takes one condition', {
				label: 'such as `alert p99(latency) > 1s for 30s`',
			});
			return null;
		}
		const times = timeReader(input);
		const length = clauseDuration(stage, 'for', input, context);
		const every = clauseDuration(stage, 'every', input, context);
		const minCount = minCountOf(stage, context);
		const keys = checkColumns(keysOf(stage), scopeOf(input, context));
		if (length === undefined || every === undefined || minCount === null || keys === null) return null;
		if (refuseTaken(keys, OWN_COLUMNS, problems)) return null;
		if (length === null || times === null || input.shape === 'tables') {
			const missing = length === null;
			problems.error(
				missing ? 'CIQ503' : 'CIQ508',
				stage,
				missing
					? 'over how long the condition is judged is missing'
					: 'an alert needs a stream of rows with their time',
				{
					label: missing ? 'such as `for 30s`' : 'put it in front of `stat` and `select`',
				},
			);
			return null;
		}
		if (refuseHeld(stage, input.heldBy, context)) return null;
		const window = timeWindow(length, every ?? Math.ceil(length / LOOKS), false, stage, context);
		if (window === null) return null;
		const calls = new AggregateCalls(scopeOf(input, context), { time: null, seconds: length / 1e9 });
		const condition = calls.checkColumn({ ...arg, name: { text: 'holds', span: arg.span } }, keys.length);
		const rows = calls.checkColumn(countArg(stage), keys.length);
		if (condition === null || rows === null || refuseUnconditional(condition.ir, arg, context)) return null;
		const value = condition.ir.kind === 'compare' ? condition.ir.left : condition.ir;
		const spec = { keys: keys.map(({ ir }) => ir), calls: calls.list };
		const node = { kind: 'name', name: stage.name, span: stage.span } as const;
		const plan: AlertPlan = {
			stat: {
				spec,
				values: [condition.ir, rows.ir, value],
				window,
				times,
				windowColumns: false,
				sides: false,
			},
			minCount,
		};
		const columns = [
			{ name: 'ts', type: 'time', node },
			{ name: 'alert', type: 'string', node },
			...keys.map(({ name, ir }) => ({ name, type: ir.type, node })),
			{ name: 'value', type: value.type, node },
			{ name: 'rows', type: 'int', node },
		] as const;
		return {
			flow: closedFlow(input, columns),
			expressions: [...spec.keys, ...calls.expressions],
			aggregates: true,
			keeps: [windowWords(window), ...groupingWords(keys.length > 0, calls.list.some(isQuantile))],
			build: (env) => alerts(plan, env),
		};
	},
};

const countArg = ({ name, span }: Stage): Arg => ({
	name: { text: 'rows', span },
	value: { kind: 'call', callee: { ...name, text: 'count' }, args: [], where: null, span },
	order: null,
	span,
});

const refuseUnconditional = (ir: Ir, arg: Arg, { problems }: CheckContext): boolean => {
	if (ir.type === 'bool') return false;
	problems.error('CIQ404', arg, `a condition is needed here, and this is ${inWords(ir.type)}`, {
		label: 'such as `p99(latency) > 1s`',
	});
	return true;
};

/** Null when the flag was wrong. */
const minCountOf = (stage: Stage, { problems }: CheckContext): number | null => {
	const written = flagOf(stage, 'min-count');
	if (written === null) return 1;
	if (/^\d{1,9}$/.test(written)) return Number(written);
	const flag = stage.items.find((item) => item.kind === 'flag') ?? stage;
	problems.error('CIQ405', flag, '`--min-count` needs a number', { label: 'write `--min-count=50`' });
	return null;
};
