import type { Arg, BlockItem, ClauseItem, Expr, FlagItem, Item, Stage } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { cover } from '../../../grammar/span.ts';
import { nearest } from '../../../grammar/suggest.ts';
import type { Value } from '../../exchange/field.ts';
import { Env } from '../env.ts';
import { checkExpr } from '../expression/check.ts';
import { compileValue } from '../expression/compile.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import type { Flow } from '../flow.ts';
import type { Problems } from '../problems.ts';
import { conditionMend } from './classic-flags.ts';
import { type CheckContext, type Operator, scopeOf } from './operator.ts';
import { whereMend } from './where-mend.ts';

/** The arguments of a stage, of all its lists together. */
export const argsOf = (stage: Stage): readonly Arg[] =>
	stage.items.flatMap((item) => (item.kind === 'args' ? item.args : []));

export const keysOf = (stage: Stage): readonly Arg[] =>
	stage.items.flatMap((item) => (item.kind === 'by' ? item.args : []));

export const clausesOf = (stage: Stage, kind: ClauseItem['kind']): readonly ClauseItem[] =>
	stage.items.filter((item): item is ClauseItem => item.kind === kind);

/** All of the conditions as one; null without any. */
export const allOf = (conditions: readonly Ir[]): Ir | null =>
	conditions.reduce<Ir | null>(
		(left, right) => (left === null ? right : { kind: 'and', type: 'bool', node: right.node, left, right }),
		null,
	);

/** Reports items that the operator does not take. */
export const refuseItems = (stage: Stage, operator: Operator, { problems }: CheckContext): boolean => {
	const foreign = stage.items.find((item) =>
		item.kind === 'flag' ? !isFlagOf(item, operator) : !operator.takes.includes(item.kind),
	);
	if (foreign === undefined) return false;
	if (foreign.kind === 'flag') refuseFlag(foreign, stage, operator, problems);
	else
		problems.error('CIQ502', foreign, `\`${operator.name}\` takes no ${WORDS[foreign.kind]}`, {
			label: foreign.kind === 'where' ? whereMend(foreign.value, argsOf(stage)) : mendOf(foreign, operator),
		});
	return true;
};

/** For an item that the operator does not take. */
const mendOf = (item: Item, { name, usage, takes }: Operator): string => {
	const takesArgs = takes.includes('args');
	if (item.kind === 'by' && takesArgs && item.args[0])
		return `leave \`by\` out: \`${name} ${printExpr(item.args[0].value)}${item.args[0].order === 'desc' ? ' desc' : ''}\``;
	if (item.kind === 'for') return `to end after so long: \`| until ${printExpr(item.value)}\``;
	if (item.kind === 'as' && takesArgs) return `a new name stands in front: \`${item.name.text} = …\``;
	return `write \`${usage}\``;
};

const isFlagOf = ({ name, value }: FlagItem, { flags = [] }: Operator): boolean =>
	flags.some((flag) => flag.name === name.text && (flag.value === null) === (value === null));

const refuseFlag = (item: FlagItem, stage: Stage, operator: Operator, problems: Problems): void => {
	const { text } = item.name;
	const known = operator.flags?.find((flag) => flag.name === text);
	if (known !== undefined) {
		const [message, label] =
			known.value === null
				? [`\`--${text}\` takes no value`, `write \`--${text}\``]
				: [`\`--${text}\` needs a value`, `write ${withValue(known.name, known.value)}`];
		problems.error(known.value === null ? 'CIQ504' : 'CIQ503', item, message, { label });
		return;
	}
	const condition = conditionMend(stage, item);
	if (condition !== null) {
		const { label, span } = condition;
		const node = problems.inherit({ ...item, span }, item);
		problems.error('CIQ306', node, `\`${operator.name}\` has no flag \`--${text}\``, { label });
		return;
	}
	const near = nearest(
		text,
		(operator.flags ?? []).map((flag) => flag.name),
	);
	problems.error('CIQ306', item, `\`${operator.name}\` has no flag \`--${text}\``, {
		label:
			near === null
				? `write \`${operator.usage}\``
				: `did you mean \`--${near}${item.value === null ? '' : `=${item.value.text}`}\`?`,
	});
};

/** `--late=keep|drop` is one of two. */
const withValue = (name: string, value: string): string =>
	value
		.split('|')
		.map((one) => `\`--${name}=${one}\``)
		.join(' or ');

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

const DEFAULT_ROWS = 10;

/** The only argument of a stage, a count of rows: `head 5`. */
export const checkCount = (stage: Stage, flow: Flow, context: CheckContext): number | null => {
	const [arg, extra] = argsOf(stage);
	if (extra !== undefined) {
		// `head -n 5`.
		const isOption = arg?.value.kind === 'unary' && arg.value.operand.kind === 'name';
		const node = isOption ? context.problems.inherit({ ...extra, span: cover(arg.span, extra.span) }, extra) : extra;
		context.problems.error('CIQ504', node, `\`${stage.name.text}\` takes one number`, {
			...(isOption && { label: `write \`${printExpr(extra.value)}\`` }),
		});
		return null;
	}
	return arg === undefined ? DEFAULT_ROWS : countOf(arg.value, stage, flow, context);
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

/** Whether the value differs from row to row. */
export const needsRow = (ir: Ir): boolean =>
	['field', 'column', 'this'].includes(ir.kind) || partsOf(ir).some(needsRow);

/** Known before the capture is, too. */
const isConstant = (ir: Ir): boolean => !needsRow(ir) && !needsClock(ir);

const needsClock = (ir: Ir): boolean => ir.kind === 'wall' || partsOf(ir).some(needsClock);

/** A flag of the stage: its value as written, the empty text for a switch; null where it is not given. */
export const flagOf = (stage: Stage, name: string): string | null => {
	const found = stage.items.find((item) => item.kind === 'flag' && item.name.text === name);
	return found?.kind === 'flag' ? (found.value?.text ?? '') : null;
};

/** The only block of a stage, which is reported where it is missing. */
export const blockOf = (stage: Stage, example: string, { problems }: CheckContext): BlockItem | null => {
	const [block, extra] = stage.items.filter((item) => item.kind === 'block');
	if (block !== undefined && extra === undefined) return block;
	problems.error(
		extra ? 'CIQ504' : 'CIQ503',
		extra ?? stage.name,
		`\`${stage.name.text}\` needs one pipeline in braces`,
		{
			label: `such as \`${example}\``,
		},
	);
	return null;
};

/** The duration behind `within`, ns; null without one, undefined when it was wrong. */
export const checkWithin = (stage: Stage, flow: Flow, context: CheckContext): number | null | undefined =>
	clauseDuration(stage, 'within', flow, context);

/** The duration behind a clause, ns; null without the clause, undefined when it was wrong. */
export const clauseDuration = (
	stage: Stage,
	kind: ClauseItem['kind'],
	flow: Flow,
	context: CheckContext,
): number | null | undefined => {
	const [clause] = clausesOf(stage, kind);
	if (clause === undefined) return null;
	const length = constantDuration(clause.value, flow, context);
	if (length === null)
		context.problems.error('CIQ405', clause.value, `\`${kind}\` needs a duration above 0`, {
			label: `such as \`${kind} 5s\``,
		});
	return length ?? undefined;
};

/** A duration of at least 1 ns that needs no row, in whole ns; null when it is something else, undefined when it was wrong and that was said. */
export const constantDuration = (expr: Expr, flow: Flow, context: CheckContext): number | null | undefined => {
	const ir = checkExpr(expr, scopeOf(flow, context));
	if (ir === null) return undefined;
	const value = ir.type === 'duration' && isConstant(ir) ? compileValue(ir, new Env())([]) : null;
	return typeof value === 'number' && value >= 1 ? Math.round(value) : null;
};

/** The name behind `as`; null without one. */
export const nameItem = (stage: Stage): string | null => {
	const found = stage.items.find((item) => item.kind === 'as');
	return found?.kind === 'as' ? found.name.text : null;
};
