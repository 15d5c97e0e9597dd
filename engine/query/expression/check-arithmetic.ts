import type { Expr } from '../../../grammar/ast.ts';
import type { Type } from '../../exchange/type.ts';
import { NS_PER_SECOND } from '../../nanoseconds.ts';
import type { Problems } from '../problems.ts';
import { constantOf } from './adapt.ts';
import type { Arithmetic, Ir } from './ir.ts';
import { inWords, isOpen, isPlainNumber } from './types.ts';

type Operator = Arithmetic['operator'];

/** The type of a result; null where the two have none. */
const resultOf = (operator: Operator, a: Type, b: Type): Type | null => {
	if (isOpen(a) || isOpen(b)) return 'any';
	const sum = operator === '+' || operator === '-';
	if (isPlainNumber(a) && isPlainNumber(b)) return operator !== '/' && a === 'int' && b === 'int' ? 'int' : 'float';
	if (sum) {
		if (a === 'time' && b === 'time') return operator === '-' ? 'duration' : null;
		if (a === 'time' && b === 'duration') return 'time';
		if (a === 'duration' && b === 'time') return operator === '+' ? 'time' : null;
		if (a === b && (a === 'duration' || a === 'size')) return a;
		if (a === 'size' && isPlainNumber(b)) return 'size';
		return isPlainNumber(a) && b === 'size' ? 'size' : null;
	}
	if (isUnit(a) && isPlainNumber(b)) return a;
	if (operator === '*') return isPlainNumber(a) && isUnit(b) ? b : null;
	if (a === b && isUnit(a)) return operator === '/' ? 'float' : a;
	return operator === '/' && a === 'size' && b === 'duration' ? 'float' : null;
};

const isUnit = (type: Type): boolean => type === 'duration' || type === 'size';

/** `size / duration` is bytes per second. */
export const checkArithmetic = (operator: Operator, left: Ir, right: Ir, node: Expr, problems: Problems): Ir | null => {
	const type = resultOf(operator, left.type, right.type);
	if (type === null) {
		const text = left.type === 'string' || right.type === 'string';
		problems.error(
			'CIQ407',
			node,
			`\`${operator}\` does not go with ${inWords(left.type)} and ${inWords(right.type)}`,
			{
				...(text && operator === '+' && { label: 'join texts with f"{…}{…}"' }),
			},
		);
		return null;
	}
	const rate = operator === '/' && left.type === 'size' && right.type === 'duration';
	return { kind: 'arithmetic', type, node, operator, left, right: rate ? inSeconds(right) : right };
};

const inSeconds = (duration: Ir): Ir => ({
	kind: 'arithmetic',
	type: 'float',
	node: duration.node,
	operator: '/',
	left: duration,
	right: constantOf(duration.node, 'float', NS_PER_SECOND),
});
