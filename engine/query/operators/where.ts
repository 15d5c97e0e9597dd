import type { Env } from '../env.ts';
import { checkCondition } from '../expression/check.ts';
import { compileTest, type Test } from '../expression/compile-test.ts';
import { argsOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { mapRows, type SignalOperator } from './transform.ts';

export const where: Operator = {
	name: 'where',
	doc: 'Keeps the rows for which a condition holds; a missing value never matches, negated or not',
	usage: 'where condition',
	examples: ['watch http | where latency > 100ms and path ~ "^/api"'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, where, context)) return null;
		const [arg, extra] = argsOf(stage);
		if (arg === undefined || extra !== undefined) {
			const label = 'join conditions with `and` or `or`';
			context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, '`where` takes one condition', { label });
			return null;
		}
		const condition = checkCondition(arg.value, scopeOf(input, context));
		if (condition === null) return null;
		return {
			flow: input,
			expressions: [condition],
			condition,
			transparent: true,
			build: (env) => filterRows(() => compileTest(condition, false, env), env),
		};
	},
};

/** Keeps the rows that pass; one that makes the test throw does not, and the stream goes on. */
export const filterRows = (compile: () => Test, env: Env): SignalOperator =>
	mapRows(() => {
		const test = compile();
		return (rows) =>
			rows.filter((row) => {
				try {
					return test(row);
				} catch (error) {
					env.failedRecord(error);
					return false;
				}
			});
	});
