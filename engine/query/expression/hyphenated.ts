import type { Binary, Expr, Member } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Ir } from './ir.ts';
import type { Scope } from './scope.ts';

/** `x.a-b-c` with nothing around the `-`: the part that it begins with, the subtractions behind it, and the name that it may mean. */
export interface Hyphenated {
	readonly first: Member;
	readonly subtractions: readonly Binary[];
	readonly name: string;
}

/** Null where it can only be a subtraction. */
export const hyphenated = (expr: Binary): Hyphenated | null => {
	const words: string[] = [];
	const subtractions: Binary[] = [];
	let rest: Expr = expr;
	while (rest.kind === 'binary') {
		const { left, operator, right }: Binary = rest;
		if (operator !== '-' || right.kind !== 'name' || right.span.start !== left.span.end + 1) return null;
		words.push(right.name.text);
		subtractions.push(rest);
		rest = left;
	}
	if (rest.kind !== 'member') return null;
	const name = [rest.name.text, ...words.reverse()].join('-');
	return { first: rest, subtractions: subtractions.reverse(), name };
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
