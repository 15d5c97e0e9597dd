import type { IToken } from 'chevrotain';
import { formatOfFile } from './file-formats.ts';
import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import { CALLS } from './misread-calls.ts';
import { commaInNumber } from './misread-numbers.ts';
import { WORDS_BETWEEN } from './misread-words.ts';
import type { Misreading } from './misreading.ts';
import { operandEndsBefore, placesOf, touches } from './place.ts';
import { code, type Problem } from './problem.ts';
import { unitsMeant } from './quantities.ts';
import { cover } from './span.ts';
import { Assign, Dot, Float, Hex, Int, Literal, Minus, Name, NameLike, OpenParen, word } from './tokens.ts';
import { HARD_WORDS } from './words.ts';

/*
 * Habits from other languages that the grammar would accept and read as something else: `latency between 1s and 2s`
 * would be a condition and some arguments. They are found in the tokens, before parsing.
 */

const unitApart: Misreading = ({ tokens, index, token, next }) => {
	if (![Int, Float, Hex].includes(token.tokenType) || next === undefined || !isKind(next, NameLike)) return null;
	const units = unitsMeant(next.image);
	if (units.length === 0 || [Assign, OpenParen, Dot].some((type) => isKind(tokens[index + 2], type))) return null;
	return {
		message: 'a number and its unit are one word',
		span: cover(spanOf(token), spanOf(next)),
		label: `write ${units.map((unit) => code(token.image + unit)).join(' or ')}`,
	};
};

const KEYWORDS: ReadonlySet<string> = new Set(HARD_WORDS);

const upperCase: Misreading = ({ token, previous, next }) => {
	const lower = token.image.toLowerCase();
	if (token.tokenType !== Name || !KEYWORDS.has(lower) || isKind(previous, Dot) || isKind(next, Assign)) return null;
	return {
		message: 'the words of the language are in lower case',
		span: spanOf(token),
		label: `write ${code(lower)}`,
		notes: [`as a name it stands in backquotes: ${code(token.image)}`],
	};
};

const sqlSelect: Misreading = ({ tokens, index, token }) => {
	if (index !== 0 || !/^select$/i.test(token.image)) return null;
	if (token.image === 'select' && !tokens.some(({ image }) => /^from$/i.test(image))) return null;
	return {
		message: 'a query begins with its source, not with `select`',
		span: spanOf(token),
		label: 'write `watch http where … | select path, status`',
		notes: ['groups: `watch http | stat count() by remote_ip`; order and limit: `… | top 10 by latency`'],
	};
};

/** `sort ts -latency` would sort by a difference. */
const signedArgument: Misreading = ({ tokens, index, token, previous, next, place }) => {
	if (token.tokenType !== Minus || place.opener?.image === '(' || place.opener?.image === '[') return null;
	if ((place.clause !== null && place.clause !== 'by') || previous === place.head) return null;
	if (touches(previous, token) || !touches(token, next) || !operandEndsBefore(tokens, index)) return null;
	return {
		message: 'this `-` subtracts',
		span: cover(spanOf(token), spanOf(next ?? token)),
		label: 'to subtract, put a blank behind it too',
		notes: [`two arguments have a comma between them, and descending order is ${code(`${next?.image} desc`)}`],
	};
};

/** `| to json > "out.json"`, `> out.json`. */
const redirection: Misreading = ({ tokens, index, token, place, next }) => {
	if (token.image !== '>' || place.opener !== null || next === undefined) return null;
	const message = '`>` compares; it does not redirect';
	const isText = isKind(next, Literal) && /^["']/.test(next.image);
	if (place.head?.image === 'to') {
		const label = `leave it out: ${code(isText ? `to json ${next.image}` : 'to json "file.json"')}`;
		return { message, span: spanOf(token), label };
	}
	const start = tokens[index - 1]?.image === '>' ? index - 1 : index;
	if (next.image === '>') return null;
	const extension = isText ? '' : wordsAfter(tokens, index + 2);
	const file = isText ? next.image.slice(1, -1) : `${next.image}${extension}`;
	const format = formatOfFile(file);
	if (format === null || (!isText && (!isKind(next, NameLike) || place.clause === 'where'))) return null;
	const last = extension === '' ? next : (tokens[index + 3] ?? next);
	return {
		message,
		span: cover(spanOf(tokens[start] ?? token), spanOf(last)),
		label: `write ${code(`| to ${format} "${file}"`)}`,
	};
};

/** `.json`, where it stands in two tokens. */
const wordsAfter = (tokens: readonly IToken[], index: number): string =>
	isKind(tokens[index], Dot) && isKind(tokens[index + 1], NameLike) ? `.${tokens[index + 1]?.image}` : '';

const groupBy: Misreading = (around) => {
	const { tokens, index, token, next, place } = around;
	if ((token.image !== 'group' && token.image !== 'order') || !isKind(next, word('by')) || next === undefined)
		return null;
	if (token === place.head || !operandEndsBefore(tokens, index)) return null;
	return {
		message: `${code(`${token.image} by`)} is not a clause`,
		span: cover(spanOf(token), spanOf(next)),
		label: token.image === 'group' ? 'write `by`' : 'write `| sort`',
	};
};

const dashes: Misreading = ({ tokens, index, token, next }) => {
	if (token.tokenType !== Minus || next?.tokenType !== Minus || !touches(token, next)) return null;
	if (touches(next, tokens[index + 2])) return null;
	return {
		message: '`--` does not begin a comment',
		span: cover(spanOf(token), spanOf(next)),
		label: 'write `#`',
	};
};

const unquotedFile: Misreading = ({ index, token, next }) =>
	index === 0 && token.tokenType === word('use') && next !== undefined && isKind(next, NameLike)
		? {
				message: 'the name of a file stands in quotes',
				span: spanOf(next),
				label: `write ${code(`"${next.image}.ciq"`)}`,
			}
		: null;

const MISREADINGS: readonly Misreading[] = [
	sqlSelect,
	unquotedFile,
	unitApart,
	commaInNumber,
	...CALLS,
	...WORDS_BETWEEN,
	upperCase,
	dashes,
	signedArgument,
	redirection,
	groupBy,
];

/** The first thing in a statement that would be read otherwise than it was meant. */
export function findMisreading(tokens: readonly IToken[]): Problem | null {
	let index = 0;
	for (const place of placesOf(tokens)) {
		const token = tokens[index];
		if (token === undefined) return null;
		const around = { tokens, index, token, previous: tokens[index - 1], next: tokens[index + 1], place };
		for (const misreading of MISREADINGS) {
			const found = misreading(around);
			if (found !== null) return { code: 'CIQ206', ...found };
		}
		index += 1;
	}
	return null;
}
