import type {
	Arg,
	ArgsItem,
	Binary,
	BinaryOperator,
	ByItem,
	Call,
	Expr,
	Item,
	Name,
	NameExpr,
	Stage,
	StringLiteral,
} from '../../grammar/ast.ts';
import { cover, type Span } from '../../grammar/span.ts';
import { NS_PER_MS } from '../nanoseconds.ts';

/* Nodes for the command line, which becomes a tree without being a text of the language first. */

export const name = (text: string, span: Span): Name => ({ text, span });

export const field = (text: string, span: Span): NameExpr => ({ kind: 'name', name: name(text, span), span });

export const string = (value: string, span: Span): StringLiteral => ({ kind: 'string', value, raw: false, span });

export const int = (value: number, span: Span): Expr => ({ kind: 'int', value, span });

export const list = (items: readonly Expr[], span: Span): Expr => ({ kind: 'list', items, span });

/** A duration of so many ms or s, written as that. */
export const duration = (value: number, unit: 'ms' | 's', span: Span): Expr => ({
	kind: 'duration',
	value: value * NS_PER_MS * (unit === 's' ? 1000 : 1),
	text: `${value}${unit}`,
	span,
});

export const binary = (left: Expr, operator: BinaryOperator, right: Expr): Binary => ({
	kind: 'binary',
	operator,
	left,
	right,
	span: cover(left.span, right.span),
});

/** All of them, joined by `and`; undefined for none. */
export const every = (conditions: readonly Expr[]): Expr | undefined =>
	conditions.length === 0 ? undefined : conditions.reduce((left, right) => binary(left, 'and', right));

export const arg = (value: Expr): Arg => ({ name: null, value, order: null, span: value.span });

export const call = (callee: string, args: readonly Expr[], span: Span): Call => ({
	kind: 'call',
	callee: name(callee, span),
	args: args.map(arg),
	where: null,
	span,
});

export const args = (values: readonly Expr[], span: Span): ArgsItem => ({ kind: 'args', args: values.map(arg), span });

export const by = (keys: readonly Expr[], span: Span): ByItem => ({ kind: 'by', args: keys.map(arg), span });

export const stage = (operator: string, items: readonly Item[], span: Span): Stage => ({
	kind: 'stage',
	name: name(operator, span),
	items,
	span,
});
