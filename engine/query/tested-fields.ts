import { type Ir, partsOf } from './expression/ir.ts';
import type { CheckedStage } from './operators/operator.ts';

/** What gives something for null, too. */
const takesNull = (ir: Ir): boolean =>
	ir.kind === 'present' || ir.kind === 'coalesce' || (ir.kind === 'apply' && ir.fn.name === 'coalesce');

const fieldsIn = (ir: Ir): readonly string[] => {
	if (takesNull(ir)) return [];
	return ir.kind === 'field' ? [ir.field.name] : partsOf(ir).flatMap(fieldsIn);
};

const testedIn = (ir: Ir): readonly string[] => {
	if (takesNull(ir)) return [];
	if (ir.kind === 'compare' || ir.kind === 'in' || ir.kind === 'match') return partsOf(ir).flatMap(fieldsIn);
	return partsOf(ir).flatMap(testedIn);
};

/** The fields that are compared with something: where a source never knows one of them, its comparison never holds. */
export const testedFields = (stages: readonly CheckedStage[]): readonly string[] => [
	...new Set(stages.flatMap(({ expressions }) => expressions.flatMap(testedIn))),
];
