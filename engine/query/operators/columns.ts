import type { Arg, Expr } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { checkExpr } from '../expression/check.ts';
import type { Ir } from '../expression/ir.ts';
import type { Scope } from '../expression/scope.ts';
import type { Problems } from '../problems.ts';

/** An expression that makes a column. */
export interface NamedIr {
	readonly name: string;
	readonly ir: Ir;
	readonly arg: Arg;
}

/** The name that an expression gives its column: of a field its own; null for what has none. */
export const derivedName = (expr: Expr): string | null => {
	switch (expr.kind) {
		case 'name':
		case 'field':
		case 'member':
			return expr.name.text;
		case 'index':
			return expr.index.kind === 'string' ? expr.index.value : null;
		case 'group':
			return derivedName(expr.inner);
		default:
			return null;
	}
};

/** `srv.latency` is `srv_latency`: beside it there may be a `latency` of the row itself. */
const prefixedName = (expr: Expr, ir: Ir | null): string | null =>
	ir?.kind === 'within' && expr.kind === 'member' && expr.object.kind === 'name'
		? `${expr.object.name.text}_${expr.name.text}`
		: null;

/** Checks expressions that become columns: each has a name of its own. Null when something was wrong. */
export const checkColumns = (
	args: readonly Arg[],
	scope: Scope,
	nameOf: (expr: Expr) => string | null = derivedName,
): readonly NamedIr[] | null => {
	const columns = args.map((arg): NamedIr | null => {
		const ir = checkExpr(arg.value, scope);
		const name = arg.name?.text ?? prefixedName(arg.value, ir) ?? nameOf(arg.value);
		if (ir !== null && name === null)
			scope.problems.error('CIQ505', arg, 'this column has no name', { label: suggestion(arg.value) });
		return ir === null || name === null ? null : { name, ir, arg };
	});
	const complete = columns.filter((column) => column !== null);
	return refuseDuplicates(complete, scope.problems) || complete.length < columns.length ? null : complete;
};

/** Reports columns of one name; whether there were any. */
export const refuseDuplicates = (columns: readonly NamedIr[], problems: Problems): boolean => {
	const names = new Set<string>();
	let found = false;
	for (const { name, arg } of columns) {
		if (names.has(name)) {
			found = true;
			problems.error('CIQ506', arg, `two columns are called \`${name}\``, {
				label: `name one of them: \`${name}_2 = ${printExpr(arg.value)}\``,
			});
		}
		names.add(name);
	}
	return found;
};

/** Reports columns with the name of one that the stage itself makes; whether there were any. */
export const refuseTaken = (columns: readonly NamedIr[], taken: readonly string[], problems: Problems): boolean => {
	const wrong = columns.filter(({ name }) => taken.includes(name));
	for (const { name, arg } of wrong)
		problems.error('CIQ506', arg, `two columns are called \`${name}\``, {
			label: `it is there without this: leave it out, or write \`${name}_2 = ${printExpr(arg.value)}\``,
		});
	return wrong.length > 0;
};

const LONGEST_SUGGESTION = 40;

const suggestion = (expr: Expr): string => {
	const text = printExpr(expr);
	return text.length > LONGEST_SUGGESTION ? 'write `name = …`' : `write \`${nameFor(expr)} = ${text}\``;
};

const nameFor = (expr: Expr): string => {
	if (expr.kind === 'call') return `${expr.callee.text}_of`;
	if (expr.kind === 'binary') return OPERATOR_NAMES[expr.operator] ?? 'value';
	return 'value';
};

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
	'/': 'ratio',
	'+': 'total',
	'-': 'difference',
	'*': 'product',
};
