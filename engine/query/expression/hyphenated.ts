import type { Binary, Expr, Member } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Ir } from './ir.ts';
import type { Scope } from './scope.ts';

/** `x.a-b-c` with nothing around the `-`: the part that it begins with, and the name that it may mean. */
export interface Hyphenated {
	readonly first: Member;
	readonly name: string;
}

/** Null where it can only be a subtraction. */
export const hyphenated = (expr: Binary): Hyphenated | null => {
	const words: string[] = [];
	let rest: Expr = expr;
	while (rest.kind === 'binary') {
		const { left, operator, right }: Binary = rest;
		if (operator !== '-' || right.kind !== 'name' || right.span.start !== left.span.end + 1) return null;
		words.unshift(right.name.text);
		rest = left;
	}
	return rest.kind === 'member' ? { first: rest, name: [rest.name.text, ...words].join('-') } : null;
};

/** Names of headers, cookies and parameters have hyphens, and their values are texts, of which nothing is taken away. */
export const refuseHyphenated = (
	expr: Binary,
	first: Ir,
	{ first: { object }, name }: Hyphenated,
	scope: Scope,
): boolean => {
	if (first.kind !== 'member' || first.type !== 'string' || nameOf(first.object.type) !== 'map') return false;
	scope.problems.error('CIQ407', expr, 'this is a subtraction, of a text', {
		label: `did you mean \`${printExpr(object)}["${name}"]\`?`,
	});
	return true;
};
