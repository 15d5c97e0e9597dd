import type { Binary, Expr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { isComparison } from './check-compare.ts';
import type { Scope } from './scope.ts';

const LITERALS: ReadonlySet<Expr['kind']> = new Set(['int', 'float', 'duration', 'size', 'string', 'ip']);

/** The values that `a or 1 or 2` ends with, and what stands before them. */
const valuesAtEnd = (expr: Binary): readonly [Expr, readonly Expr[]] => {
	const values: Expr[] = [];
	let before: Expr = expr;
	while (before.kind === 'binary' && before.operator === expr.operator && LITERALS.has(before.right.kind)) {
		values.push(before.right);
		before = before.left;
	}
	return [before, values.reverse()];
};

/** The comparison that a condition ends with; null where it ends with something else. */
const lastComparison = (expr: Expr): Binary | null => {
	if (expr.kind !== 'binary') return null;
	if (expr.operator === 'and' || expr.operator === 'or') return lastComparison(expr.right);
	return isComparison(expr.operator) ? expr : null;
};

/** `status == 500 or 502`: says what is meant; whether it is that. */
export const refuseValuesAlone = (expr: Binary, { problems }: Scope): boolean => {
	const [before, values] = valuesAtEnd(expr);
	const [value] = values;
	const compared = value === undefined ? null : lastComparison(before);
	if (compared === null || value === undefined) return false;
	const [name, list] = [printExpr(compared.left), [compared.right, ...values].map(printExpr).join(', ')];
	const meant = new Map([
		['==', `${name} in [${list}]`],
		['!=', `${name} not in [${list}]`],
	]).get(compared.operator);
	const span = { start: compared.span.start, end: expr.span.end };
	problems.error('CIQ404', problems.inherit({ ...expr, span }, expr), 'each condition is a comparison of its own', {
		label: `write \`${meant ?? `${printExpr(compared)} ${expr.operator} ${name} ${compared.operator} ${printExpr(value)}`}\``,
	});
	return true;
};
