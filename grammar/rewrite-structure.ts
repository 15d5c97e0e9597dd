import type { IToken } from 'chevrotain';
import { isKeyword, keywordBeforeEquals, type Rewrite } from './failure.ts';
import { CLOSERS, isKind, OPENERS } from './layout.ts';
import { spanOf } from './lexer.ts';
import { operandStartsAt, touches } from './place.ts';
import { code, MAX_REPEATED } from './problem.ts';
import { cover } from './span.ts';
import * as t from './tokens.ts';

/*
 * Mistakes in the shape of a statement: brackets, stages, words in the place of names. The first that fits is taken.
 */

const DEFINITIONS: ReadonlySet<string> = new Set(['let', 'fn', 'op', 'param']);

/** `let in = 5`, `select by, path`. */
const keywordAsName: Rewrite = (around) => {
	const { token, previous, tokens, index } = around;
	const isDefined = index === 1 && DEFINITIONS.has(tokens[0]?.image ?? '') && isKeyword(token);
	const isListed = isKeyword(previous) && (token.tokenType === t.Comma || CLOSERS.has(token.tokenType));
	const keyword = isDefined ? token : isListed ? previous : keywordBeforeEquals(around);
	if (keyword === null) return null;
	return {
		code: 'CIQ214',
		message: `${code(keyword.image)} is a word of the language`,
		span: spanOf(keyword),
		label: 'as a name it stands in backquotes',
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
	const other = isGroup ? 'an operator such as `and`' : '`,`';
	return {
		code: 'CIQ201',
		message: `expected ${expected} or ${other}, found ${code(token.image)}`,
		also: { span: spanOf(place.opener), text: 'opened here' },
	};
};

/** `http and status == 500` of display filters. */
const protocolAsCondition: Rewrite = ({ token, previous, tokens, text }) => {
	if (previous !== tokens[0] || previous?.image !== 'http' || !isKind(token, t.word('and'))) return null;
	const [rest = ''] = /^[^|;\n]*/.exec(text.slice(spanOf(token).end)) ?? [];
	return {
		code: 'CIQ201',
		message: 'a query begins with its source',
		span: cover(spanOf(previous), spanOf(token)),
		label: `write ${code(`watch http where ${rest.length > MAX_REPEATED ? '…' : rest.trim()}`)}`,
	};
};

const conditionWithoutWhere: Rewrite = ({ token, previous, next, place, tokens }) =>
	isKind(token, t.Infix) && previous !== undefined && previous === place.head
		? {
				code: 'CIQ201',
				message: `${code(previous.image)} stands where an operator is expected`,
				span: spanOf(previous),
				label: `for a condition write ${code(
					previous.image === 'grep'
						? 'where path contains "…"'
						: `${previous === tokens[0] ? 'watch http ' : ''}where ${previous.image} ${token.image} ${next?.image ?? '…'}`,
				)}`,
			}
		: null;

/** `| count()`, `| quantile(latency, 99%)`: brackets with one argument are a group, which the query engine looks at. */
const callAsStage: Rewrite = ({ token, previous, tokens, text, place: { head, opener, beforeOpener } }) => {
	if (head === undefined || opener === null || beforeOpener !== head) return null;
	if (!isKind(head, t.NameLike) || !touches(head, opener)) return null;
	const isEmpty = token.tokenType === t.CloseParen && previous === opener;
	if (!isEmpty && token.tokenType !== t.Comma && token.tokenType !== t.word('where')) return null;
	const call = `${head.image}(${isEmpty ? '' : '…'})`;
	const isHistogram = /^l?hist$/.test(head.image);
	return {
		code: 'CIQ201',
		message: `${code(call)} stands where an operator is expected`,
		span: cover(spanOf(head), spanOf(token)),
		label: isHistogram ? 'write `hist latency`' : `write ${code(`stat ${call}`)}, or an operator without brackets`,
		...(head === tokens[0] && beginsLine(text, head) && { notes: [NEW_LINE] }),
	};
};

/** `path, status` in the line behind `| select`. */
const listAsStatement: Rewrite = ({ token, previous, tokens, text }) =>
	token.tokenType === t.Comma && previous === tokens[0] && isKind(previous, t.NameLike) && beginsLine(text, previous)
		? { code: 'CIQ201', message: 'unexpected `,`', notes: [NEW_LINE] }
		: null;

const NEW_LINE =
	'the line before ended a query: one goes on where a line ends in `|` or `,`, or the next begins with `|`';

const beginsLine = (text: string, { startOffset }: IToken): boolean => /\n\s*$/.test(text.slice(0, startOffset));

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

export const STRUCTURE: readonly Rewrite[] = [
	keywordAsName,
	emptyHole,
	wrongCloser,
	callAsStage,
	missingComma,
	listAsStatement,
	protocolAsCondition,
	conditionWithoutWhere,
	lineWithoutPipe,
	semicolonInBlock,
];
