import type { PresentValue, Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { compileValue, type Getter } from './compile.ts';
import type { Test } from './compile-test.ts';
import type { Comparison, ComparisonOperator } from './ir.ts';
import { tellPair, watchKind } from './mismatch.ts';
import { sameValue } from './same-value.ts';

const NEGATED: Record<ComparisonOperator, ComparisonOperator> = {
	'==': '!=',
	'!=': '==',
	'<': '>=',
	'<=': '>',
	'>': '<=',
	'>=': '<',
};

/** Whether a comparison holds for certain; with `negated` whether it fails for certain. */
export const compileComparison = ({ operator, left, right }: Comparison, negated: boolean, env: Env): Test => {
	const op = negated ? NEGATED[operator] : operator;
	const a = compileValue(left, env);
	if (right.kind === 'constant' && right.value !== null)
		return againstConstant(op, watchKind(a, left, operator, [right], env), right.value);
	const b = compileValue(right, env);
	if (left.type === 'any' || right.type === 'any')
		return againstTyped(op, a, b, (x, y) => tellPair(left, x, right, y, env));
	return againstValue(op, a, b);
};

/** Most comparisons are against a literal: the closures for them read one value and check its presence by its type. */
const againstConstant = (op: ComparisonOperator, a: Getter, k: PresentValue): Test => {
	if (op === '==') return (row) => a(row) === k;
	if (op === '!=')
		return (row) => {
			const x = a(row);
			return x !== null && x !== k;
		};
	if (typeof k !== 'number') return againstValue(op, a, () => k);
	switch (op) {
		case '<':
			return (row) => {
				const x = a(row);
				return typeof x === 'number' && x < k;
			};
		case '<=':
			return (row) => {
				const x = a(row);
				return typeof x === 'number' && x <= k;
			};
		case '>':
			return (row) => {
				const x = a(row);
				return typeof x === 'number' && x > k;
			};
		case '>=':
			return (row) => {
				const x = a(row);
				return typeof x === 'number' && x >= k;
			};
	}
};

const againstValue = (op: ComparisonOperator, a: Getter, b: Getter): Test => {
	const holds = HOLDS[op];
	return (row) => {
		const x = a(row);
		if (x === null) return false;
		const y = b(row);
		return y !== null && holds(x, y);
	};
};

/** As `againstValue`, of values that may turn out to be of different types. */
const againstTyped = (
	op: ComparisonOperator,
	a: Getter,
	b: Getter,
	tell: (x: PresentValue, y: PresentValue) => void,
): Test => {
	const holds = HOLDS[op];
	return (row) => {
		const x = a(row);
		if (x === null) return false;
		const y = b(row);
		if (y === null) return false;
		if (typeof x !== typeof y) tell(x, y);
		return holds(x, y);
	};
};

const ordered =
	(holds: (order: number) => boolean) =>
	(x: Value, y: Value): boolean => {
		const order = compareValues(x, y);
		return order !== null && holds(order);
	};

const HOLDS: Record<ComparisonOperator, (x: Value, y: Value) => boolean> = {
	'==': sameValue,
	'!=': (x, y) => !sameValue(x, y),
	'<': ordered((order) => order < 0),
	'<=': ordered((order) => order <= 0),
	'>': ordered((order) => order > 0),
	'>=': ordered((order) => order >= 0),
};

/** Null where the two have no order: of different types, or of types without one. */
export const compareValues = (x: Value, y: Value): number | null => {
	if (typeof x === 'number' && typeof y === 'number') return x - y;
	if (typeof x === 'string' && typeof y === 'string') return x < y ? -1 : x > y ? 1 : 0;
	if (typeof x === 'boolean' && typeof y === 'boolean') return Number(x) - Number(y);
	return null;
};
