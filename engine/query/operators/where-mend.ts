import type { Arg, Expr } from '../../../grammar/ast.ts';
import { AGGREGATES } from '../aggregates/registry.ts';
import { columnName } from '../grouping/check-aggregate.ts';
import { mapExpr } from '../views/map.ts';

/** For a condition in a stage that takes none: `args` make its columns. */
export const whereMend = (condition: Expr, args: readonly Arg[]): string =>
	isOnResult(condition, args) ? 'put `| where …` behind the stage' : 'put `| where …` in front of it';

/** Whether the condition needs what the stage makes: aggregates, or columns that get their name there. */
const isOnResult = (condition: Expr, args: readonly Arg[]): boolean => {
	const made = new Set(args.map(madeName));
	let found = false;
	mapExpr(condition, {
		expr: (expr) => {
			found ||= expr.kind === 'name' && made.has(expr.name.text);
			found ||= expr.kind === 'call' && AGGREGATES.has(expr.callee.text);
			return null;
		},
		made: (copy) => copy,
	});
	return found;
};

/** A bare name is one of before, or the aggregate `count`. */
const madeName = ({ name, value }: Arg): string | null => {
	if (name !== null) return name.text;
	return value.kind === 'name' ? (AGGREGATES.get(value.name.text)?.column ?? null) : columnName(value);
};
