import { type Ir, partsOf } from './ir.ts';

/** Looks at nothing that has to be decoded, and computes nothing that could fail. */
const isCheap = (ir: Ir): boolean => {
	switch (ir.kind) {
		case 'constant':
		case 'wall':
		case 'column':
			return true;
		case 'field':
			return ir.field.needs === undefined;
		case 'and':
		case 'or':
		case 'not':
		case 'compare':
		case 'present':
			return partsOf(ir).every(isCheap);
		default:
			return false;
	}
};

/** Calls of functions may count what they could not convert: that must not depend on how a query is run. */
export const calls = (ir: Ir): boolean => ir.kind === 'apply' || partsOf(ir).some(calls);

/** Which of two conditions to decide first: mostly as they are written, but most rows need not be decoded for the other. */
export const cheaperFirst = (left: Ir, right: Ir): readonly [first: Ir, second: Ir] =>
	isCheap(right) && !isCheap(left) && !calls(left) ? [right, left] : [left, right];
