import type { Arg, ClauseItem, Expr, Stage } from '../../../grammar/ast.ts';
import type { Value } from '../../exchange/field.ts';
import { Env } from '../env.ts';
import { checkExpr } from '../expression/check.ts';
import { compileValue } from '../expression/compile.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import type { Flow } from '../flow.ts';
import { conditionOf } from './classic-flags.ts';
import { type CheckContext, type Operator, scopeOf } from './operator.ts';

/** The arguments of a stage, of all its lists together. */
export const argsOf = (stage: Stage): readonly Arg[] =>
	stage.items.flatMap((item) => (item.kind === 'args' ? item.args : []));

export const keysOf = (stage: Stage): readonly Arg[] =>
	stage.items.flatMap((item) => (item.kind === 'by' ? item.args : []));

export const clausesOf = (stage: Stage, kind: ClauseItem['kind']): readonly ClauseItem[] =>
	stage.items.filter((item): item is ClauseItem => item.kind === kind);

/** Reports items that the operator does not take. */
export const refuseItems = (stage: Stage, operator: Operator, { problems }: CheckContext): boolean => {
	const foreign = stage.items.find((item) => !operator.takes.includes(item.kind));
	if (foreign === undefined) return false;
	if (foreign.kind === 'flag')
		problems.error('CIQ306', foreign, `\`${operator.name}\` has no flag \`--${foreign.name.text}\``, {
			label: conditionOf(foreign) ?? `write \`${operator.usage}\``,
		});
	else if (foreign.kind === 'over')
		problems.error('CIQ501', foreign, 'a sliding window is not yet supported', {
			label: 'a tumbling one is: `every 5s`',
		});
	else
		problems.error('CIQ502', foreign, `\`${operator.name}\` takes no ${WORDS[foreign.kind]}`, {
			label: foreign.kind === 'where' ? 'put `| where …` in front of it' : `write \`${operator.usage}\``,
		});
	return true;
};

const WORDS: Record<Exclude<Stage['items'][number]['kind'], 'flag'>, string> = {
	args: 'arguments',
	by: '`by`',
	where: '`where`',
	on: '`on`',
	every: 'window',
	over: '`over`',
	within: '`within`',
	for: '`for`',
	as: '`as`',
	block: 'block in braces',
};

/** The only argument of a stage, a count of rows: `head 5`. */
export const checkCount = (stage: Stage, fallback: number, flow: Flow, context: CheckContext): number | null => {
	const [arg, extra] = argsOf(stage);
	if (extra !== undefined) {
		context.problems.error('CIQ504', extra, `\`${stage.name.text}\` takes one number`);
		return null;
	}
	return arg === undefined ? fallback : countOf(arg.value, stage, flow, context);
};

export const countOf = (expr: Expr, stage: Stage, flow: Flow, context: CheckContext): number | null => {
	const value = constantValue(expr, flow, context);
	if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
	if (value !== undefined)
		context.problems.error('CIQ405', expr, `\`${stage.name.text}\` needs a whole number above 0`, {
			label: `such as \`${stage.name.text} 5\``,
		});
	return null;
};

/** The value of an expression that needs no row; null when it does, undefined when it was wrong and that was said. */
export const constantValue = (expr: Expr, flow: Flow, context: CheckContext): Value | undefined => {
	const ir = checkExpr(expr, scopeOf(flow, context));
	if (ir === null) return undefined;
	return isConstant(ir) ? compileValue(ir, new Env())([]) : null;
};

const isConstant = (ir: Ir): boolean =>
	!['field', 'column', 'this', 'wall'].includes(ir.kind) && partsOf(ir).every(isConstant);
