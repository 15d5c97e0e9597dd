import type { IToken } from 'chevrotain';
import { EXPRESSION } from './expected.ts';
import { CLOSERS, isKind, OPENERS } from './layout.ts';
import { spanOf } from './lexer.ts';
import { operandStartsAt, type Place, touches } from './place.ts';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';
import * as t from './tokens.ts';

/*
 * What to say where the grammar cannot go on, for the mistakes that people make. The first entry of the table at the end
 * that fits is taken; `syntax.ts` has a sentence for the rest.
 */

export interface Failure {
	readonly text: string;
	readonly tokens: readonly IToken[];
	/** Index of the token that does not fit; `tokens.length` when the statement is too short. */
	readonly index: number;
	/** What the grammar expected, in words; empty when there is no word for it. */
	readonly expected: string;
	/** The statement ends where the text ends, so that more could still come. */
	readonly atEndOfText: boolean;
}

/** A failure with what stands around the token that does not fit. */
export interface Around extends Failure {
	readonly token: IToken;
	readonly previous: IToken | undefined;
	readonly next: IToken | undefined;
	readonly place: Place;
}

export type Rewrite = (around: Around) => (Omit<Problem, 'span'> & { readonly span?: Span }) | null;

/** A proposal repeats at most this much of the text. */
const MAX_QUOTED = 60;

const code = (text: string): string => `\`${text}\``;

/** A name that ends just before `index`, for a proposal that uses it. */
const nameBefore = (tokens: readonly IToken[], index: number, otherwise: string): string => {
	const token = tokens[index];
	return token !== undefined && isKind(token, t.NameLike) ? token.image : otherwise;
};

const assignment: Rewrite = ({ token, previous, tokens, index, next }) => {
	if (token.tokenType !== t.Assign || isKind(previous, t.Assign)) return null;
	const name = nameBefore(tokens, index - 1, 'x');
	return {
		code: 'CIQ205',
		message: '`=` gives something a name; it does not compare',
		label: `write ${code(`${name} == ${next?.image ?? '…'}`)}`,
	};
};

const equalsInDefinition: Rewrite = ({ token, expected }) =>
	token.image === '==' && expected === t.Assign.LABEL
		? { code: 'CIQ205', message: 'a definition takes one `=`', label: 'write `=`' }
		: null;

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

const starForAll: Rewrite = ({ token, previous, place }) => {
	if (token.image !== '*') return null;
	if (isKind(previous, t.OpenParen)) {
		return { code: 'CIQ201', message: '`*` is not an argument', label: '`count()` counts every row' };
	}
	if (previous !== place.head && !isKind(previous, t.Comma)) return null;
	const label = place.head?.image === 'select' ? 'without a `select` every column is kept' : 'leave it out to take all';
	return { code: 'CIQ201', message: '`*` multiplies; it does not stand for all', label };
};

const comment: Rewrite = ({ token, previous, next, text }) => {
	const slashes = token.image === '/' && touches(previous, token) && previous?.image === '/';
	const begins = token.image === '*' && touches(previous, token) && previous?.image === '/';
	const dashes = token.image === '-' && touches(token, next) && next?.image === '-';
	if (!slashes && !begins && !dashes) return null;
	const start = (slashes || begins ? previous : token)?.startOffset ?? 0;
	return {
		code: 'CIQ201',
		message: `${code(text.slice(start, start + 2))} does not begin a comment`,
		span: { start, end: start + 2 },
		label: 'write `#`',
	};
};

const unquotedPath: Rewrite = ({ token, expected, text }) => {
	if (token.image !== '/' || expected !== EXPRESSION) return null;
	const [written = '/'] = /^[^\s|,;)]*/.exec(text.slice(token.startOffset, token.startOffset + MAX_QUOTED)) ?? [];
	return {
		code: 'CIQ209',
		message: 'text stands in quotes',
		span: { start: token.startOffset, end: token.startOffset + written.length },
		label: `write ${code(`"${written}"`)}`,
	};
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
	const field = nameBefore(tokens, tokens.indexOf(address) - 2, 'remote_ip');
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

const negatedOperator: Rewrite = ({ token, previous, tokens, index, next }) => {
	if (!isKind(previous, t.word('not')) || !isKind(token, t.Infix)) return null;
	const left = nameBefore(tokens, index - 2, 'x');
	return {
		code: 'CIQ201',
		message: '`not` stands before the whole comparison',
		span: { start: previous?.startOffset ?? token.startOffset, end: spanOf(token).end },
		label: `write ${code(`not ${left} ${token.image} ${next?.image ?? '…'}`)}`,
	};
};

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
	return {
		code: 'CIQ201',
		message: `no name holds ${code(`.${token.image}`)}`,
		span,
		label: percent === undefined ? undefined : `write ${code(`quantile(x, ${percent}.${token.image}%)`)}`,
	};
};

const emptyHole: Rewrite = ({ token, previous }) =>
	(token.tokenType === t.FormatEnd || token.tokenType === t.FormatMiddle) &&
	(previous?.tokenType === t.FormatStart || previous?.tokenType === t.FormatMiddle)
		? {
				code: 'CIQ201',
				message: 'these braces hold no expression',
				span: { start: spanOf(previous).end - 1, end: token.startOffset + 1 },
				label: 'for the characters write `{{}}`',
			}
		: null;

const wrongCloser: Rewrite = ({ token, place }) => {
	if (!CLOSERS.has(token.tokenType)) return null;
	if (place.opener === null) return { code: 'CIQ211', message: `${code(token.image)} closes nothing` };
	if (OPENERS.get(place.opener.tokenType) === token.tokenType) return null;
	return {
		code: 'CIQ211',
		message: `${code(token.image)} does not close ${code(place.opener.image)}`,
		also: { span: spanOf(place.opener), text: 'opened here' },
	};
};

const missingComma: Rewrite = ({ token, tokens, index, expected, place }) => {
	if (expected !== t.CloseParen.LABEL && expected !== t.CloseBracket.LABEL) return null;
	if (place.opener === null || !operandStartsAt(tokens, index)) return null;
	const isGroup = place.opener.image === '(' && !touches(place.beforeOpener, place.opener);
	const between = isGroup ? 'an operator such as `and`' : '`,`';
	return {
		code: 'CIQ201',
		message: `expected ${between} or ${expected}, found ${code(token.image)}`,
		also: { span: spanOf(place.opener), text: 'opened here' },
	};
};

const conditionWithoutWhere: Rewrite = ({ token, previous, next, place }) =>
	isKind(token, t.Infix) && previous !== undefined && previous === place.head
		? {
				code: 'CIQ201',
				message: `${code(previous.image)} stands where an operator is expected`,
				span: spanOf(previous),
				label: `for a condition write ${code(`where ${previous.image} ${token.image} ${next?.image ?? '…'}`)}`,
			}
		: null;

const lineWithoutPipe: Rewrite = ({ token, next }) =>
	token.tokenType === t.Newline && next !== undefined
		? {
				code: 'CIQ212',
				message: 'the stages of a block are joined by `|`',
				span: spanOf(next),
				label: `write ${code(`| ${next.image}`)}`,
			}
		: null;

const semicolonInBlock: Rewrite = ({ token }) =>
	token.tokenType === t.Semicolon
		? { code: 'CIQ212', message: 'a block holds one pipeline', label: 'join its stages by `|`' }
		: null;

export const REWRITES: readonly Rewrite[] = [
	equalsInDefinition,
	assignment,
	listInParentheses,
	listWithoutBrackets,
	commaInCondition,
	comment,
	unquotedPath,
	starForAll,
	addressAndPort,
	colonForName,
	negatedOperator,
	notBetweenConditions,
	dotBeforeDigit,
	emptyHole,
	wrongCloser,
	missingComma,
	conditionWithoutWhere,
	lineWithoutPipe,
	semicolonInBlock,
];
