import { isKind } from './layout.ts';
import { spanOf } from './lexer.ts';
import { type Around, type Misreading, nameBefore, standsBetweenOperands } from './misreading.ts';
import { operandEndsBefore, operandStartsAt } from './place.ts';
import { code } from './problem.ts';
import { cover } from './span.ts';
import { Literal, OpenParen, word } from './tokens.ts';

/*
 * Words that stand between two operands in SQL and elsewhere: `status is null`, `path ilike "%x%"`.
 */

const isNull: Misreading = ({ tokens, index, token, next }) => {
	if (token.image !== 'is' || !operandEndsBefore(tokens, index)) return null;
	const negated = isKind(next, word('not'));
	const last = negated ? tokens[index + 2] : next;
	if (last === undefined || !isKind(last, word('null'))) return null;
	return {
		message: `${code(negated ? 'is not null' : 'is null')} is not an operator`,
		span: cover(spanOf(token), spanOf(last)),
		label: `write ${code(negated ? '!= null' : '== null')}`,
	};
};

const between: Misreading = (around) => {
	const { tokens, index, token } = around;
	if (token.image !== 'between' || !standsBetweenOperands(around)) return null;
	const [low, and, high] = tokens.slice(index + 1, index + 4);
	const isPlain = isKind(low, Literal) && isKind(and, word('and')) && isKind(high, Literal);
	return {
		message: '`between` is not an operator',
		span: spanOf(token),
		label: `write ${code(isPlain ? `in ${low?.image}..${high?.image}` : 'in low..high')}; both ends belong to it`,
	};
};

const COMPARISONS: ReadonlyMap<string, string> = new Map([
	['eq', '=='],
	['equals', '=='],
	['is', '=='],
	['ne', '!='],
	['gt', '>'],
	['ge', '>='],
	['gte', '>='],
	['lt', '<'],
	['le', '<='],
	['lte', '<='],
	['matches', '~'],
	['regexp', '~'],
	['rlike', '~'],
	['has', 'contains'],
	['includes', 'contains'],
	['glob', 'like'],
]);

/** `path not ilike …`: the `not` in front of the word belongs to it. */
const isNegated = ({ tokens, index, previous }: Around): boolean =>
	isKind(previous, word('not')) && operandEndsBefore(tokens, index - 1) && operandStartsAt(tokens, index + 1);

const comparisonWord: Misreading = (around) => {
	const { token, previous, next, index, place } = around;
	const image = token.image.toLowerCase();
	const symbol = image === 'ilike' ? 'like' : COMPARISONS.get(image);
	const negated = isNegated(around);
	if (symbol === undefined || place.clause !== 'where' || !(negated || standsBetweenOperands(around))) return null;
	const name = nameBefore(around, negated ? index - 1 : index);
	const [left, right] = image === 'ilike' ? [`lower(${name})`, next?.image.toLowerCase()] : [name, next?.image];
	const whole = `${negated ? 'not ' : ''}${left} ${symbol} ${isKind(next, Literal) ? right : '…'}`;
	return {
		message: `${code(negated ? `not ${token.image}` : token.image)} is not an operator`,
		span: cover(spanOf(negated && previous !== undefined ? previous : token), spanOf(token)),
		label: `write ${code(negated || image === 'ilike' ? whole : symbol)}`,
	};
};

/** `status exists`, `status is present`. */
const presence: Misreading = ({ tokens, index, token, place }) => {
	const last = token.image === 'is' && tokens[index + 1]?.image === 'present' ? tokens[index + 1] : token;
	if (place.clause !== 'where' || (token.image !== 'exists' && last === token)) return null;
	const end = index + (last === token ? 1 : 2);
	if (!operandEndsBefore(tokens, index) || operandStartsAt(tokens, end) || isKind(tokens[end], OpenParen)) return null;
	return {
		message: 'whether a value is there is a comparison with `null`',
		span: cover(spanOf(token), spanOf(last ?? token)),
		label: 'write `!= null`',
	};
};

export const WORDS_BETWEEN: readonly Misreading[] = [presence, isNull, between, comparisonWord];
