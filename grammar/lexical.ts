import type { IToken, TokenType } from 'chevrotain';
import { code, type Problem } from './problem.ts';
import { unitsMeant } from './quantities.ts';
import type { Span } from './span.ts';
import { quoteRaw } from './strings.ts';
import {
	BadAddress,
	BadNumber,
	BadTime,
	ForeignOperator,
	PrefixedString,
	Sigil,
	SlashRegex,
	TypographicQuote,
	UnclosedFormat,
	UnclosedHole,
	UnclosedString,
	Unknown,
	ZonedAddress,
} from './tokens.ts';

/*
 * A message for each shape that is no token. `describeBadToken` adds where it is.
 */

type Description = Omit<Problem, 'span'> & {
	/** Where in the token to point; the whole token when absent. */
	readonly at?: Span;
};

/** Operators of other languages, and ours. */
const OURS: Readonly<Record<string, string>> = {
	'&&': 'and',
	'&': 'and',
	'||': 'or',
	'!': 'not',
	'===': '==',
	'!==': '!=',
	'<>': '!=',
	'=~': '~',
	'~=': '~',
	'~*': '~',
	'=>': '>=',
	'=<': '<=',
	':=': '=',
	'!=~': '!~',
};

function foreignOperator(image: string): Description {
	if (image === '?') {
		return { code: 'CIQ105', message: '`?` is not an operator', label: 'write `if(condition, then, else)`' };
	}
	const notes =
		image === '~*'
			? ["of both cases: `path ~ '(?i)/api'`"]
			: image === '!'
				? ['`not` takes the whole comparison: `not path contains "x"`']
				: undefined;
	return {
		code: 'CIQ105',
		message: `${code(image)} is not an operator`,
		label: `write ${code(OURS[image] ?? image.replace(/\s+/, ''))}`,
		notes,
	};
}

const either = (choices: readonly string[]): string => choices.map(code).join(' or ');

function prefixedString(image: string): Description {
	if (image.startsWith('f')) {
		return {
			code: 'CIQ108',
			message: 'an f-string stands in double quotes',
			label: `write ${code(`f"${image.slice(2, -1)}"`)}`,
		};
	}
	return {
		code: 'CIQ108',
		message: `strings take no prefix ${code(image.charAt(0))}`,
		label: `write ${code(quoteRaw(image.slice(2, -1)))}: single quotes take every character as it stands`,
	};
}

function badNumber(image: string): Description {
	if (/^[1-5]xx$/i.test(image)) {
		const hundred = Number(image[0]) * 100;
		return {
			code: 'CIQ102',
			message: `${code(image)} is not a number`,
			label: `write \`status in ${hundred}..${hundred + 99}\``,
		};
	}
	if (/^\d+(\.\d+){2,}$/.test(image)) {
		return {
			code: 'CIQ102',
			message: `${code(image)} is neither a number nor an address`,
			label: 'an IPv4 address has four parts',
			notes: ['text goes in quotes: `"1.2.3"`'],
		};
	}
	const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(image) ?? [];
	const units = unitsMeant(unit);
	if (units.length > 0) {
		return {
			code: 'CIQ102',
			message: `${code(unit)} is not a unit`,
			label: `did you mean ${either(units.map((known) => digits + known))}?`,
		};
	}
	return {
		code: 'CIQ102',
		message: `${code(image)} is not a number`,
		notes: [
			'durations: `250us`, `100ms`, `1.5s`, `1m30s`, `2h`; sizes: `512B`, `10KB` (1000), `10KiB` (1024)',
			'text goes in quotes, a name that begins with a digit in backquotes',
		],
	};
}

function badAddress(image: string): Description {
	if (/^\d\d?:\d\d:\d\d$/.test(image)) {
		return { code: 'CIQ107', message: `${code(image)} is not a time`, label: `write ${code(`@${image}`)}` };
	}
	return {
		code: 'CIQ106',
		message: `${code(image)} is not an IPv6 address`,
		label: 'it has eight groups, or fewer around one `::`',
	};
}

/** A quote without its partner. */
export const UNCLOSED = 'CIQ103';

const unclosed = (): Description => ({
	code: UNCLOSED,
	message: 'this string is not closed',
	label: 'opened here',
	at: { start: 0, end: 1 },
	incomplete: true,
});

/** The text of an f-string stops at a lone `}`, at a `\\u{` that is no escape, or at the end. */
function unclosedFormat(image: string, next: string): Description {
	const at = { start: image.length, end: image.length + 1 };
	if (next === '}') {
		return { code: UNCLOSED, message: 'a lone `}` in an f-string', at, label: 'for the character write `}}`' };
	}
	if (next === '\\') return { code: 'CIQ104', message: 'this `\\u{…}` is not a character', at };
	return { ...unclosed(), at: { start: 0, end: image.startsWith('f') ? 2 : 1 } };
}

const DESCRIPTIONS: ReadonlyMap<TokenType, (image: string, next: string) => Description> = new Map([
	[ForeignOperator, foreignOperator],
	[BadNumber, badNumber],
	[BadAddress, badAddress],
	[UnclosedString, unclosed],
	[UnclosedFormat, unclosedFormat],
	[UnclosedHole, unclosedFormat],
	[PrefixedString, prefixedString],
	[
		Sigil,
		(image: string): Description => ({
			code: 'CIQ101',
			message: 'names take no `$`',
			label: /^\$[A-Za-z_]/.test(image)
				? `write ${code(image.slice(1))}`
				: 'a script takes values by `param name` and `--name=value`',
		}),
	],
	[
		SlashRegex,
		(image: string): Description => ({
			code: 'CIQ109',
			message: 'a regular expression stands in quotes',
			label: `write ${code(quoteRaw(image.replace(/^\/|\/$/g, '').replaceAll('\\/', '/')))}`,
		}),
	],
	[
		ZonedAddress,
		(image: string): Description => ({
			code: 'CIQ106',
			message: 'an address has no zone here',
			label: `write ${code(image.replace(/%.*/, ''))}; a packet does not carry the interface's name`,
		}),
	],
	[
		BadTime,
		(image: string): Description => ({
			code: 'CIQ107',
			message: `${code(image)} is not a time`,
			label: 'a time is `@10:30`, `@10:30:05` or `@2026-01-02T03:04:05Z`',
			// A map of bpftrace.
			notes: /^@(count|sum|avg|min|max|hist|start)?$/.test(image)
				? ['counts by a key are `stat count() by path`']
				: undefined,
		}),
	],
	[
		TypographicQuote,
		(image: string): Description => ({
			code: 'CIQ101',
			message: `${code(image)} is a typographic quotation mark`,
			label: `write \`${/[\u2018\u2019]/.test(image) ? "'" : '"'}\``,
		}),
	],
]);

const unknown = (image: string): Description => {
	if (image === '`') {
		return {
			code: 'CIQ101',
			message: 'a lone backquote',
			label: 'a quoted name begins and ends with one, on one line',
		};
	}
	if (image === '\\') {
		return { code: 'CIQ101', message: 'a `\\` here joins this line with the next, so it must be the last character' };
	}
	return { code: 'CIQ101', message: `${code(image)} has no meaning here` };
};

/** What a name would be of, in languages that let it. */
const BEFORE = /[\p{L}\p{M}\p{N}_]*$/u;
const BEHIND = /^[\p{L}\p{M}\p{N}_]*/u;
/** A longer word than this is shown as it begins, and then is no mend. */
const LONGEST = 100;

/** A name with letters that names do not have, once for each name. Null where that has been said. */
function foreignLetters({ startOffset }: IToken, text: string): Description | null {
	const [before = ''] = BEFORE.exec(text.slice(Math.max(0, startOffset - LONGEST), startOffset)) ?? [];
	if (/\P{ASCII}/u.test(before)) return null;
	const [behind = ''] = BEHIND.exec(text.slice(startOffset, startOffset + LONGEST)) ?? [];
	const word = before + behind;
	return {
		code: 'CIQ101',
		message: 'names are of ASCII letters, digits and `_`',
		label: `as a name it stands in backquotes: ${code(word)}`,
		notes: [`as a text in quotes: ${code(`"${word}"`)}`],
	};
}

/** What is wrong with a token of the category `Bad`; null where a token before it tells. */
export function describeBadToken(token: IToken, text: string): Problem | null {
	const isLetters = token.tokenType === Unknown && /^\p{L}/u.test(token.image);
	const describe = DESCRIPTIONS.get(token.tokenType) ?? unknown;
	const next = text.charAt(token.startOffset + token.image.length);
	const description = isLetters ? foreignLetters(token, text) : describe(token.image, next);
	if (description === null) return null;
	const { at = { start: 0, end: token.image.length }, ...problem } = description;
	return { ...problem, span: { start: token.startOffset + at.start, end: token.startOffset + at.end } };
}
