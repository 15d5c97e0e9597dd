import { isKeyword, keywordBeforeEquals, type Rewrite } from './failure.ts';
import { CLOSERS, isKind, OPENERS } from './layout.ts';
import { spanOf } from './lexer.ts';
import { operandStartsAt, touches } from './place.ts';
import { code } from './problem.ts';
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

export const STRUCTURE: readonly Rewrite[] = [
	keywordAsName,
	emptyHole,
	wrongCloser,
	missingComma,
	conditionWithoutWhere,
	lineWithoutPipe,
	semicolonInBlock,
];
