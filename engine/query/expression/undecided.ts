import { printExpr } from '../../../grammar/print.ts';
import type { Env } from '../env.ts';
import type { Row } from '../signal.ts';
import { compileValue } from './compile.ts';
import { compileTest } from './compile-test.ts';
import { type Ir, partsOf } from './ir.ts';

/** What a condition compares, looks for or takes as it is. */
const operandsOf = (ir: Ir): readonly Ir[] => {
	switch (ir.kind) {
		case 'and':
		case 'or':
		case 'not':
			return partsOf(ir).flatMap(operandsOf);
		case 'compare':
		case 'in':
		case 'match':
			return partsOf(ir);
		default:
			return [ir];
	}
};

/** Tells of a row for which a condition is neither true nor false what of it is null, as it was written; else null. */
export const undecidedBy = (condition: Ir, env: Env): ((row: Row) => string | null) => {
	const holds = compileTest(condition, false, env);
	const fails = compileTest(condition, true, env);
	const operands = operandsOf(condition).map((ir) => ({ ir, get: compileValue(ir, env) }));
	return (row) => {
		if (holds(row) || fails(row)) return null;
		const missing = operands.find(({ get }) => get(row) === null);
		return missing === undefined ? null : printExpr(missing.ir.node);
	};
};
