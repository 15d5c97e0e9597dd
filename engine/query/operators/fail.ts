import { printExpr } from '../../../grammar/print.ts';
import { checkCondition } from '../expression/check.ts';
import { compileTest } from '../expression/compile-test.ts';
import { undecidedBy } from '../expression/undecided.ts';
import type { Row } from '../signal.ts';
import { argsOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { transform } from './transform.ts';

export const fail: Operator = {
	name: 'fail',
	doc: 'Passes its rows on; when one meets the condition the exit status is 4 in the end. What is null, as a mean of nothing, meets none: `fail x == null or x > 1`',
	usage: 'fail condition',
	examples: ['watch http | until 30s | stat p99(latency) | fail p99_latency > 100ms'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, fail, context)) return null;
		const [arg, extra] = argsOf(stage);
		if (arg === undefined || extra !== undefined) {
			context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, '`fail` takes one condition', {
				label: 'such as `stat p99(latency) | fail p99_latency > 100ms`',
			});
			return null;
		}
		const condition = checkCondition(arg.value, scopeOf(input, context));
		if (condition === null) return null;
		const text = printExpr(arg.value);
		const reason = `fail: ${text}`;
		return {
			flow: input,
			expressions: [condition],
			build: (env) =>
				transform(() => {
					const test = compileTest(condition, false, env);
					const found = (): void => (env.context.fail ?? env.context.warn)(reason);
					const undecided = undecidedBy(condition, env);
					/** Who checks a service by the exit status is to know that nothing was checked. */
					const tellUndecided = (rows: readonly Row[]): void => {
						const missing = rows.map(undecided).find((name) => name !== null);
						if (missing !== undefined)
							env.context.warn(
								`\`${text}\` is not decided where \`${missing}\` is null, and does not fail there; \`fail ${missing} == null or ${text}\` does`,
							);
					};
					let isFound = false;
					return {
						// The rows in front go on first: `head` may have enough with them, however many come at once.
						rows: (rows, out) => {
							const at = isFound ? -1 : rows.findIndex(test);
							if (at > 0) out.next({ kind: 'rows', rows: rows.slice(0, at) });
							if (out.closed) return;
							isFound ||= at >= 0;
							if (at >= 0) found();
							out.next({ kind: 'rows', rows: at > 0 ? rows.slice(at) : rows });
						},
						// A running aggregate is judged by what it is in the end.
						table: (table, out) => {
							if (table.final && table.rows.some(test)) found();
							else if (table.final) tellUndecided(table.rows);
							out.next(table);
						},
					};
				}),
		};
	},
};
