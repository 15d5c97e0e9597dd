import type { Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { memberGetter } from '../rows.ts';
import type { Row } from '../signal.ts';
import { compileValue } from './compile.ts';
import { compileComparison } from './compile-compare.ts';
import { compileMembership } from './compile-in.ts';
import { cheaperFirst } from './cost.ts';
import type { Ir, Match } from './ir.ts';
import { tellNoText } from './mismatch.ts';

export type Test = (row: Row) => boolean;

/**
 * A closure that says whether a condition is definitely true, or with `negated` definitely false. `not` is pushed down
 * to the leaves, each of which answers false when its value is missing: that equals Kleene's three-valued logic without
 * a third value.
 */
export const compileTest = (ir: Ir, negated: boolean, env: Env): Test => {
	switch (ir.kind) {
		case 'and':
		case 'or': {
			const [first, second] = cheaperFirst(ir.left, ir.right);
			const left = compileTest(first, negated, env);
			const right = compileTest(second, negated, env);
			const both = (ir.kind === 'and') !== negated;
			return both ? (row) => left(row) && right(row) : (row) => left(row) || right(row);
		}
		case 'not':
			return compileTest(ir.operand, !negated, env);
		case 'present': {
			const operand = compileValue(ir.operand, env);
			return negated ? (row) => operand(row) === null : (row) => operand(row) !== null;
		}
		case 'compare':
			return compileComparison(ir, negated, env);
		case 'in':
			return compileMembership(ir, negated, env);
		case 'match':
			return compileMatch(ir, negated, env);
		default: {
			const value = compileValue(ir, env);
			return (row) => value(row) === !negated;
		}
	}
};

const compileMatch = ({ subject, test }: Match, negated: boolean, env: Env): Test => {
	const value = (subject.kind === 'field' && memberGetter(subject.field, 'text')) || compileValue(subject, env);
	if (subject.type === 'any')
		return (row) => {
			const found = value(row);
			const text = textOf(found);
			if (text === null && found !== null) tellNoText(subject, found, env);
			return text !== null && test(text) !== negated;
		};
	return (row) => {
		const text = textOf(value(row));
		return text !== null && test(text) !== negated;
	};
};

/** The text to look at: of a record `request` or `response` its own. */
const textOf = (value: Value): string | null => {
	if (typeof value === 'string') return value;
	if (typeof value !== 'object' || value === null || !('text' in value)) return null;
	return typeof value.text === 'string' ? value.text : null;
};
