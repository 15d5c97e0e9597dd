import { EXPRESSION, OPERATOR } from './expected.ts';
import { isKeyword, keywordBeforeEquals, nameAt, type Rewrite } from './failure.ts';
import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import { touches } from './place.ts';
import { code, MAX_REPEATED } from './problem.ts';
import { cover } from './span.ts';
import * as t from './tokens.ts';

/*
 * Habits from other languages that the grammar does not accept. The first that fits is taken.
 */

const equalsInDefinition: Rewrite = ({ token, expected }) =>
	token.image === '==' && expected === t.Assign.LABEL
		? { code: 'CIQ205', message: 'a definition takes one `=`', label: 'write `=`' }
		: null;

const equalsInOperator: Rewrite = ({ token, expected }) =>
	token.tokenType === t.Assign && expected === t.OpenBrace.LABEL
		? { code: 'CIQ205', message: 'an operator is defined in braces', label: 'write `op name { … }`' }
		: null;

/** `> =`, `= =`. */
const operatorInTwo: Rewrite = ({ token, previous, next }) => {
	const [first, second] = isKind(next, t.Assign) ? [token, next] : [previous, token];
	if (!isKind(second, t.Assign) || first === undefined || !['=', '<', '>'].includes(first.image)) return null;
	const operator = `${first.image}=`;
	return {
		code: 'CIQ105',
		message: `${code(operator)} is one word`,
		span: cover(spanOf(first), spanOf(second ?? first)),
		label: `write ${code(operator)}`,
	};
};

const assignment: Rewrite = (around) => {
	const { token, previous, tokens, index, next } = around;
	if (token.tokenType !== t.Assign || isKind(previous, t.Assign) || keywordBeforeEquals(around) !== null) return null;
	const name = nameAt(tokens, index - 1, 'x');
	return {
		code: 'CIQ205',
		message: '`=` gives something a name; it does not compare',
		label: `write ${code(`${name} == ${next?.image ?? '…'}`)}`,
	};
};

const listInParentheses: Rewrite = ({ token, place, text, tokens, index }) => {
	if (token.tokenType !== t.Comma || place.opener === null || !isKind(place.beforeOpener, t.word('in'))) return null;
	const close = tokens.slice(index).find(({ tokenType }) => tokenType === t.CloseParen);
	const inside = close && text.slice(spanOf(place.opener).end, close.startOffset);
	return {
		code: 'CIQ207',
		message: 'a list stands in brackets',
		span: close ? { start: place.opener.startOffset, end: spanOf(close).end } : spanOf(place.opener),
		label: `write ${code(inside === undefined || inside.includes('\n') ? 'in [ … ]' : `in [${inside}]`)}`,
	};
};

const listWithoutBrackets: Rewrite = ({ token, tokens, index, next, place }) => {
	if (token.tokenType !== t.Comma || place.opener !== null || !isKind(tokens[index - 2], t.word('in'))) return null;
	const label = `write ${code(`in [${tokens[index - 1]?.image}, ${next?.image ?? '…'}]`)}`;
	return { code: 'CIQ207', message: 'a list stands in brackets', label };
};

const commaInCondition: Rewrite = ({ token, place }) =>
	token.tokenType === t.Comma && place.clause === 'where'
		? { code: 'CIQ201', message: 'conditions are not joined by a comma', label: 'write `and` or `or`' }
		: null;

const comment: Rewrite = ({ token, previous, text }) => {
	if ((token.image !== '/' && token.image !== '*') || previous?.image !== '/' || !touches(previous, token)) return null;
	const span = { start: previous.startOffset, end: spanOf(token).end };
	const message = `${code(text.slice(span.start, span.end))} does not begin a comment`;
	return { code: 'CIQ201', message, span, label: 'write `#`' };
};

const unquotedPath: Rewrite = ({ token, expected, text }) => {
	if (token.image !== '/' || expected !== EXPRESSION) return null;
	const [written = '/'] = /^[^\s|,;)]*/.exec(text.slice(token.startOffset, token.startOffset + MAX_REPEATED)) ?? [];
	return {
		code: 'CIQ209',
		message: 'text stands in quotes',
		span: { start: token.startOffset, end: token.startOffset + written.length },
		label: `write ${code(`"${written}"`)}`,
	};
};

const starForAll: Rewrite = ({ token, previous, place }) => {
	if (token.image !== '*') return null;
	if (isKind(previous, t.OpenParen)) {
		return { code: 'CIQ201', message: '`*` is not an argument', label: '`count()` counts every row' };
	}
	if (previous !== place.head && !isKind(previous, t.Comma)) return null;
	const label = place.head?.image === 'select' ? 'without a `select` every column is kept' : 'leave it out to take all';
	return { code: 'CIQ201', message: '`*` multiplies; it does not stand for all', label };
};

const addressAndPort: Rewrite = ({ token, previous, next, tokens, index }) => {
	if (token.tokenType !== t.Colon || previous === undefined) return null;
	if (previous.tokenType === t.Int && next?.tokenType === t.Int) {
		return {
			code: 'CIQ107',
			message: 'a time begins with `@`',
			label: `write ${code(`@${previous.image}:${next.image}`)}`,
		};
	}
	const address = previous.tokenType === t.CloseBracket ? tokens[index - 2] : previous;
	if (address?.tokenType !== t.Ip) return null;
	const field = nameAt(tokens, tokens.indexOf(address) - 2, 'remote_ip');
	const port = field.endsWith('_ip') ? field.replace(/_ip$/, '_port') : 'remote_port';
	return {
		code: 'CIQ208',
		message: 'an address and a port are two fields',
		span: { start: address.startOffset, end: spanOf(next ?? token).end },
		label: `write ${code(`${field} == ${address.image} and ${port} == ${next?.image ?? '…'}`)}`,
	};
};

const colonForName: Rewrite = ({ token, previous, next }) =>
	token.tokenType === t.Colon && isKind(previous, t.NameLike)
		? {
				code: 'CIQ201',
				message: '`:` only stands before the type of a parameter',
				label: `to name a value write ${code(`${previous?.image} = ${next?.image ?? '…'}`)}`,
			}
		: null;

const colonAfterKeyword: Rewrite = ({ token, previous }) =>
	token.tokenType === t.Colon && isKeyword(previous)
		? { code: 'CIQ201', message: `${code(previous.image)} takes no colon`, label: 'leave it out' }
		: null;

const negatedOperator: Rewrite = ({ token, previous, tokens, index, next }) => {
	if (!isKind(previous, t.word('not')) || !isKind(token, t.Infix)) return null;
	const left = nameAt(tokens, index - 2, 'x');
	return {
		code: 'CIQ201',
		message: '`not` stands before the whole comparison',
		span: { start: previous?.startOffset ?? token.startOffset, end: spanOf(token).end },
		label: `write ${code(`not ${left} ${token.image} ${next?.image ?? '…'}`)}`,
	};
};

/** `status >= 400 and < 500`. */
const comparisonWithoutLeft: Rewrite = ({ token, previous, tokens, index, expected, next }) => {
	if (expected !== EXPRESSION || !COMPARISONS.has(token.image)) return null;
	if (!isKind(previous, t.word('and')) && !isKind(previous, t.word('or'))) return null;
	const name = nameAt(tokens, index - 4, 'x');
	return {
		code: 'CIQ203',
		message: 'each comparison has two sides',
		span: cover(spanOf(token), spanOf(next ?? token)),
		label: `write ${code(`${name} ${token.image} ${next?.image ?? '…'}`)}`,
	};
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '~', '!~']);

/** `status not 500`. */
const notBesideValue: Rewrite = ({ token, previous, tokens, index, expected }) =>
	expected === t.word('in').LABEL && previous !== undefined && isKind(token, t.Literal)
		? {
				code: 'CIQ201',
				message: '`not` does not compare',
				span: cover(spanOf(tokens[index - 2] ?? previous), spanOf(token)),
				label: `write ${code(`${nameAt(tokens, index - 2, 'x')} != ${token.image}`)}`,
			}
		: null;

const notBetweenConditions: Rewrite = ({ token, previous, expected }) =>
	expected === t.word('in').LABEL && previous !== undefined
		? {
				code: 'CIQ201',
				message: '`not` begins a condition of its own',
				span: spanOf(previous),
				label: `write ${code(`and not ${token.image}`)}, or ${code('not in')}`,
			}
		: null;

const dotBeforeDigit: Rewrite = ({ token, previous, tokens, index }) => {
	const isNumber = [t.Int, t.Float, t.Duration, t.Size, t.Percent].includes(token.tokenType);
	if (!isNumber || previous?.tokenType !== t.Dot || !touches(previous, token)) return null;
	const span = { start: previous.startOffset, end: spanOf(token).end };
	const name = tokens[index - 2];
	if (!touches(name, previous) || !isKind(name, t.Word)) {
		return {
			code: 'CIQ102',
			message: 'a number begins with a digit',
			span,
			label: `write ${code(`0.${token.image}`)}`,
		};
	}
	const [, percent] = /^p(\d+)$/.exec(name?.image ?? '') ?? [];
	const column = nameAt(tokens, index + 2, 'x');
	return {
		code: 'CIQ201',
		message: `no name holds ${code(`.${token.image}`)}`,
		span,
		label: percent === undefined ? undefined : `write ${code(`quantile(${column}, ${percent}.${token.image}%)`)}`,
	};
};

/** `| .path` and `| .[]` of jq. */
const pathOfJq: Rewrite = ({ token, index, expected, next }) => {
	if (index === 0 || token.tokenType !== t.Dot || expected !== OPERATOR) return null;
	const label = isKind(next, t.NameLike)
		? `write ${code(`select ${next?.image}`)}`
		: 'leave it out: rows come one by one';
	const span = isKind(next, t.NameLike) ? cover(spanOf(token), spanOf(next ?? token)) : spanOf(token);
	return { code: 'CIQ206', message: 'a stage begins with an operator', span, label };
};

/** `select path as p, latency as l`. */
const severalAs: Rewrite = ({ token, tokens, index }) => {
	const as = tokens[index - 2];
	const name = tokens[index - 1];
	if (token.tokenType !== t.Comma || !isKind(as, t.word('as')) || !isKind(name, t.NameLike)) return null;
	return {
		code: 'CIQ201',
		message: '`as` does not name a column',
		span: cover(spanOf(as ?? token), spanOf(name ?? token)),
		label: `a new name stands in front: ${code(`${name?.image} = ${nameAt(tokens, index - 3, '…')}`)}`,
	};
};

/** `stat count(), by path`. */
const commaBeforeClause: Rewrite = ({ token, previous }) =>
	isKind(token, t.word('by')) && isKind(previous, t.Comma) && previous !== undefined
		? { code: 'CIQ201', message: 'this comma joins nothing', span: spanOf(previous), label: 'leave it out' }
		: null;

export const HABITS: readonly Rewrite[] = [
	equalsInDefinition,
	equalsInOperator,
	operatorInTwo,
	assignment,
	listInParentheses,
	listWithoutBrackets,
	commaInCondition,
	comment,
	unquotedPath,
	starForAll,
	addressAndPort,
	colonForName,
	colonAfterKeyword,
	negatedOperator,
	comparisonWithoutLeft,
	notBesideValue,
	notBetweenConditions,
	pathOfJq,
	severalAs,
	commaBeforeClause,
	dotBeforeDigit,
];
