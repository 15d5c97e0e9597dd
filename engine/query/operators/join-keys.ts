import type { Expr, Stage } from '../../../grammar/ast.ts';
import { checkExpr } from '../expression/check.ts';
import { type Ir, partsOf } from '../expression/ir.ts';
import { comparable, inWords } from '../expression/types.ts';
import { type Flow, type NestedRow, nestedIr } from '../flow.ts';
import { clausesOf } from './items.ts';
import { type CheckContext, scopeOf } from './operator.ts';

/** Expressions over a pair [left, right] of which only one is there. */
export interface JoinKeys {
	readonly left: readonly Ir[];
	readonly right: readonly Ir[];
}

/** `on id`, `on id and left.a == srv.b`. Null when it is wrong. */
export const checkJoinKeys = (
	stage: Stage,
	sides: readonly [NestedRow, NestedRow],
	context: CheckContext,
): JoinKeys | null => {
	const [on, extra] = clausesOf(stage, 'on');
	if (on === undefined || extra !== undefined) {
		context.problems.error(extra ? 'CIQ504' : 'CIQ503', extra ?? stage, `\`${stage.name.text}\` needs one key`, {
			label: 'such as `on id`',
		});
		return null;
	}
	const checked = conjuncts(on.value).map((expr) => checkKey(expr, sides, context));
	const keys = checked.filter((key) => key !== null);
	if (keys.length < checked.length) return null;
	return { left: keys.map(([left]) => left), right: keys.map(([, right]) => right) };
};

const conjuncts = (expr: Expr): readonly Expr[] => {
	if (expr.kind === 'group') return conjuncts(expr.inner);
	if (expr.kind !== 'binary' || expr.operator !== 'and') return [expr];
	return [...conjuncts(expr.left), ...conjuncts(expr.right)];
};

const checkKey = (
	expr: Expr,
	sides: readonly [NestedRow, NestedRow],
	context: CheckContext,
): readonly [Ir, Ir] | null => {
	const key =
		expr.kind === 'binary' && expr.operator === '=='
			? checkEquality(expr.left, expr.right, sides, context)
			: checkShared(expr, sides, context);
	if (key === null || comparable(key[0].type, key[1].type)) return key;
	context.problems.error('CIQ401', expr, `${inWords(key[0].type)} is compared with ${inWords(key[1].type)}`);
	return null;
};

/** The same expression over both sides. */
const checkShared = (
	expr: Expr,
	[left, right]: readonly [NestedRow, NestedRow],
	context: CheckContext,
): readonly [Ir, Ir] | null => {
	const a = checkExpr(expr, scopeOf(left.flow, context));
	const b = a && checkExpr(expr, scopeOf(right.flow, context));
	return a && b && [nestedIr(left, a, expr), nestedIr(right, b, expr)];
};

/** `left.a == srv.b`, in either order. */
const checkEquality = (
	one: Expr,
	other: Expr,
	[left, right]: readonly [NestedRow, NestedRow],
	context: CheckContext,
): readonly [Ir, Ir] | null => {
	const flow: Flow = { ...left.flow, exchanges: false, columns: [], nested: [{ ...left, name: 'left' }, right] };
	const a = checkExpr(one, scopeOf(flow, context));
	const b = checkExpr(other, scopeOf(flow, context));
	if (a === null || b === null) return null;
	const [ofA, ofB] = [sidesIn(a), sidesIn(b)];
	if (ofA === left.index && ofB === right.index) return [a, b];
	if (ofA === right.index && ofB === left.index) return [b, a];
	context.problems.error('CIQ405', one, 'a key compares one side with the other', {
		label: `such as \`left.id == ${right.name}.id\``,
	});
	return null;
};

/** Which side an expression looks at; null for none or both. */
const sidesIn = (ir: Ir): number | null => {
	if (ir.kind === 'within' && ir.row.kind === 'column') return ir.row.index;
	const found = new Set(
		partsOf(ir)
			.map(sidesIn)
			.filter((side) => side !== null),
	);
	const [only] = found;
	return found.size === 1 && only !== undefined ? only : null;
};
