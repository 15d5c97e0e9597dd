import type { Expr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import type { Env } from '../env.ts';
import { checkExpr } from '../expression/check.ts';
import { compileValue } from '../expression/compile.ts';
import { compileTest, type Test } from '../expression/compile-test.ts';
import type { Ir } from '../expression/ir.ts';
import { timeOfDay } from '../expression/time-of-day.ts';
import { inWords } from '../expression/types.ts';
import type { Flow } from '../flow.ts';
import type { Row } from '../signal.ts';
import { argsOf, needsRow, refuseItems } from './items.ts';
import { tellLastTime } from './last-time.ts';
import { type CheckContext, type CheckedStage, type Operator, scopeOf } from './operator.ts';
import { refuseHeld } from './sort.ts';
import { type TimeReader, timeReader } from './time.ts';
import { type SignalOperator, transform } from './transform.ts';

export const until: Operator = {
	name: 'until',
	doc: "Ends the query: after a duration of the capture, at a time (one of the day that has passed is tomorrow's), or with the first row that meets a condition",
	usage: 'until duration|@time|condition',
	examples: ['watch http | until 30s | slow', 'watch http | until status >= 500'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, until, context)) return null;
		const [arg, extra] = argsOf(stage);
		if (arg === undefined || extra !== undefined) {
			const label = 'such as `until 30s`';
			context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, '`until` needs one time or condition', {
				label,
			});
			return null;
		}
		return checkUntil(arg.value, input, context);
	},
};

const checkUntil = (expr: Expr, input: Flow, context: CheckContext): CheckedStage | null => {
	const ir = checkExpr(expr, scopeOf(input, context));
	if (ir === null) return null;
	const flow: Flow = { ...input, bounded: true };
	if (ir.type === 'duration' && ir.kind === 'constant' && Number(ir.value) <= 0) {
		context.problems.error('CIQ405', expr, '`until` needs a duration above 0', { label: 'such as `until 30s`' });
		return null;
	}
	if (ir.type === 'duration' || ir.type === 'time') {
		if (needsRow(ir)) {
			context.problems.error('CIQ405', expr, `\`${printExpr(expr)}\` differs from row to row`, {
				label: `write a condition: \`until … > ${ir.type === 'time' ? '@14:00' : '1s'}\``,
			});
			return null;
		}
		if (refuseHeld(expr, input.heldBy, context)) return null;
		const times = timeReader(input);
		const build = (env: Env): SignalOperator => untilTime(() => limitOf(ir, env), times?.(env) ?? (() => null), env);
		return { flow, expressions: [ir], transparent: true, mayStop: true, ends: true, build };
	}
	if (ir.type === 'bool') {
		const lastTime = tellLastTime(input);
		const build = (env: Env): SignalOperator => untilCondition(() => compileTest(ir, false, env), lastTime, env);
		return { flow, expressions: [ir], mayStop: true, build };
	}
	context.problems.error(
		'CIQ405',
		expr,
		`\`until\` needs a duration, a time or a condition, and this is ${inWords(ir.type)}`,
		{
			label: ir.type === 'int' ? 'did you mean seconds: `until 5s`?' : 'such as `until 30s`',
		},
	);
	return null;
};

type LastTime = ReturnType<typeof tellLastTime>;

/** A time of day that has passed when the capture starts is tomorrow's. */
const limitOf = (ir: Ir, env: Env): number => {
	const limit = compileValue(ir, env)([]);
	if (typeof limit !== 'number') return Number.POSITIVE_INFINITY;
	if (limit > 0 || ir.kind !== 'wall' || !('timeOfDayNs' in ir.at)) return limit;
	return env.sinceStart(timeOfDay(ir.at.timeOfDayNs, env, 1));
};

/** Windows behind it last until then, and not longer: the next one would show the moment until this is noticed. */
const untilTime = (limitAt: () => number, timeOf: TimeReader, env: Env): SignalOperator =>
	transform(() => {
		const limit = limitAt();
		const isLate = (row: Row): boolean => (timeOf(row) ?? Number.NEGATIVE_INFINITY) >= limit;
		return {
			rows: (rows, out) => {
				const first = rows.findIndex(isLate);
				if (first < 0) {
					out.next({ kind: 'rows', rows });
					return;
				}
				const early = rows.filter((row) => !isLate(row));
				if (early.length > 0) out.next({ kind: 'rows', rows: early });
				out.next({ kind: 'time', now: limit - 1 });
				out.complete();
			},
			time: (now, out) => {
				out.next({ kind: 'time', now: Math.min(now, limit - 1) });
				if (now < limit) return;
				// A running table in front gives its last state.
				env.finish();
				out.complete();
			},
			table: (table, out) => {
				if (table.window !== null && table.window.start >= limit) out.complete();
				else out.next(table);
			},
		};
	});

/** The row that meets the condition is the last one. */
const untilCondition = (compile: () => Test, lastTime: LastTime, env: Env): SignalOperator =>
	transform(() => {
		const tellTime = lastTime(env);
		const test = compile();
		const meets = (row: Row): boolean => {
			try {
				return test(row);
			} catch (error) {
				env.failedRecord(error);
				return false;
			}
		};
		return {
			rows: (rows, out) => {
				const at = rows.findIndex(meets);
				const taken = at < 0 ? rows : rows.slice(0, at + 1);
				out.next({ kind: 'rows', rows: taken });
				if (at < 0) return;
				tellTime(taken, out);
				out.complete();
			},
			// A running aggregate that ends the query will not be shown again.
			table: (table, out) => {
				const isLast = table.rows.some(meets);
				out.next(isLast ? { ...table, final: true } : table);
				if (isLast) out.complete();
			},
		};
	});
