import type { IToken } from 'chevrotain';
import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import type { Misreading } from './misreading.ts';
import { touches } from './place.ts';
import { code } from './problem.ts';
import { cover } from './span.ts';
import { Comma, Duration, Float, Int, Percent, Size, word } from './tokens.ts';

const NUMBERS = [Int, Float, Duration, Size, Percent];

const isNumber = (token: IToken | undefined): boolean => NUMBERS.some((type) => isKind(token, type));

/** How many of the tokens from `index` are a number, a comma and a number again, with no blanks between them. */
function lengthWithCommas(tokens: readonly IToken[], index: number): number {
	let end = index + 1;
	while (
		isKind(tokens[end], Comma) &&
		isNumber(tokens[end + 1]) &&
		touches(tokens[end - 1], tokens[end]) &&
		touches(tokens[end], tokens[end + 1])
	)
		end += 2;
	return end - index;
}

/** `1,000` and `0,5s`: outside of brackets, where a comma is between the parts of a list. */
export const commaInNumber: Misreading = ({ tokens, index, token, previous, place }) => {
	if (token.tokenType !== Int || place.opener !== null || isKind(previous, word('in')) || previous?.image === '..')
		return null;
	// `--local-ports 80,443` has two numbers.
	if (place.clause !== 'where' && previous !== place.head) return null;
	const length = lengthWithCommas(tokens, index);
	if (length === 1) return null;
	const [first = '', ...rest] = tokens
		.slice(index, index + length)
		.filter(({ tokenType }) => tokenType !== Comma)
		.map(({ image }) => image);
	const inThousands = /^[1-9]\d{0,2}$/.test(first) && rest.every((part) => /^\d{3}(?!\d)/.test(part));
	// `limit 10,20` has an offset.
	if (!inThousands && (rest.length > 1 || place.clause !== 'where')) return null;
	return {
		message: 'a number has no comma',
		span: cover(spanOf(token), spanOf(tokens[index + length - 1] ?? token)),
		label: `write ${code(inThousands ? [first, ...rest].join('') : `${first}.${rest[0]}`)}`,
	};
};
