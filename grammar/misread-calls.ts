import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import { type Around, type Misreading, nameBefore } from './misreading.ts';
import { operandEndsBefore, operandStartsAt, touches } from './place.ts';
import { code } from './problem.ts';
import { cover } from './span.ts';
import { CloseParen, Comma, Dot, Literal, NameLike, OpenParen } from './tokens.ts';

/*
 * What is a function, a method or a statement elsewhere, and an operator here: `contains(path, "x")`, `path.startsWith("x")`.
 */

const OPERATORS: ReadonlyMap<string, string> = new Map([
	['contains', 'contains'],
	['includes', 'contains'],
	['startswith', 'startswith'],
	['endswith', 'endswith'],
	['like', 'like'],
	['matches', '~'],
	['match', '~'],
]);

/** `contains(path, "/api")`. Functions of other names are looked for by the query engine. */
const operatorAsFunction: Misreading = ({ tokens, index, token, next, previous }) => {
	const operator = token.image.toLowerCase();
	if (!['contains', 'startswith', 'endswith', 'like'].includes(operator)) return null;
	if (isKind(previous, Dot) || operandEndsBefore(tokens, index) || !isKind(next, OpenParen) || !touches(token, next))
		return null;
	const close = tokens.slice(index).findIndex(({ tokenType }) => tokenType === CloseParen);
	const inside = close < 0 ? [] : tokens.slice(index + 2, index + close);
	const comma = inside.findIndex(({ tokenType }) => tokenType === Comma);
	const [left, right] = [inside.slice(0, comma), inside.slice(comma + 1)].map((part) =>
		part.map(({ image }) => image).join(''),
	);
	return {
		message: `${code(operator)} stands between its operands`,
		span: cover(spanOf(token), spanOf(tokens[index + Math.max(close, 0)] ?? token)),
		label: `write ${code(comma < 1 ? `path ${operator} "…"` : `${left} ${operator} ${right}`)}`,
	};
};

/** `path.contains("/api")`. */
const operatorAsMethod: Misreading = (around) => {
	const { tokens, index, token, previous, next } = around;
	const operator = OPERATORS.get(token.image.toLowerCase());
	if (operator === undefined || !isKind(previous, Dot) || !isKind(next, OpenParen) || !touches(token, next))
		return null;
	const [argument, close] = tokens.slice(index + 2, index + 4);
	if (!isKind(tokens[index - 2], NameLike) || !isKind(argument, Literal) || !isKind(close, CloseParen)) return null;
	const name = nameBefore(around, index - 1);
	const start = tokens[index - (name.includes('.') ? 4 : 2)] ?? token;
	return {
		message: 'values have no methods',
		span: cover(spanOf(start), spanOf(close ?? token)),
		label: `write ${code(`${name} ${operator} ${argument?.image}`)}`,
	};
};

/** `path starts with "/api"`. */
const operatorInTwoWords: Misreading = ({ tokens, index, token, next, place }) => {
	const operator = new Map([
		['starts', 'startswith'],
		['begins', 'startswith'],
		['ends', 'endswith'],
	]).get(token.image.toLowerCase());
	if (operator === undefined || next?.image.toLowerCase() !== 'with' || place.clause !== 'where') return null;
	if (!operandEndsBefore(tokens, index) || !operandStartsAt(tokens, index + 2)) return null;
	return {
		message: `${code(`${token.image} ${next.image}`)} is one word`,
		span: cover(spanOf(token), spanOf(next)),
		label: `write ${code(operator)}`,
	};
};

/** `if a then b else c`, `case when a then b else c end`. */
const choiceInWords: Misreading = ({ tokens, index, token, next }: Around) => {
	const word = token.image.toLowerCase();
	const isChoice = word === 'if' || (word === 'case' && next?.image.toLowerCase() === 'when');
	if (!isChoice || !tokens.slice(index).some(({ image }) => image.toLowerCase() === 'then')) return null;
	if (isKind(next, OpenParen) && touches(token, next)) return null;
	return {
		message: `${code(word)} is a function`,
		span: spanOf(token),
		label: `write ${code(word === 'if' ? 'if(condition, value, otherwise)' : 'case(condition, value, …, otherwise)')}`,
	};
};

/** `count(distinct path)`. */
const countDistinct: Misreading = ({ tokens, index, token, place }) => {
	const name = tokens[index + 1];
	if (token.image.toLowerCase() !== 'distinct' || place.opener !== tokens[index - 1] || !isKind(name, NameLike))
		return null;
	const call = place.beforeOpener;
	if (call?.image.toLowerCase() !== 'count') return null;
	const close = tokens[index + 2];
	const isWhole = isKind(close, CloseParen);
	return {
		message: '`distinct` is an operator of its own',
		span: isWhole ? cover(spanOf(call), spanOf(close ?? call)) : spanOf(token),
		label: `write ${code(`dcount(${isWhole ? name?.image : '…'})`)}`,
	};
};

export const CALLS: readonly Misreading[] = [
	operatorAsFunction,
	operatorAsMethod,
	operatorInTwoWords,
	choiceInWords,
	countDistinct,
];
