import { type Ir, partsOf } from './expression/ir.ts';
import type { CheckedStage } from './operators/operator.ts';

/** What gives something for null, too. */
const takesNull = (ir: Ir): boolean =>
	ir.kind === 'present' || ir.kind === 'coalesce' || (ir.kind === 'apply' && ir.fn.name === 'coalesce');

/** The fields without which an expression has no value. */
export const fieldsIn = (ir: Ir): readonly Extract<Ir, { kind: 'field' }>[] => {
	if (takesNull(ir)) return [];
	return ir.kind === 'field' ? [ir] : partsOf(ir).flatMap(fieldsIn);
};

const testedIn = (ir: Ir): readonly string[] => {
	if (takesNull(ir)) return [];
	const isTest = ir.kind === 'compare' || ir.kind === 'in' || ir.kind === 'match';
	return isTest ? fieldsIn(ir).map(({ field }) => field.name) : partsOf(ir).flatMap(testedIn);
};

/** The fields that are compared with something: where a source never knows one of them, its comparison never holds. */
export const testedFields = (stages: readonly CheckedStage[]): readonly string[] => [
	...new Set(stages.flatMap(({ expressions }) => expressions.flatMap(testedIn))),
];

/** Whether the user wrote this name there, rather than a view, or a stage that takes all columns. */
export type IsWritten = (name: string, ir: Ir) => boolean;

/**
 * The fields that the user named as they are, to group, to sort or to show by them. Behind a stage that brings rows of
 * another source a field may be known of those.
 */
export const namedFields = (stages: readonly CheckedStage[], isWritten: IsWritten): readonly string[] => {
	const mixes = stages.findIndex(({ blocks = [] }) => blocks.some(({ source }) => source !== null));
	const own = stages.slice(0, mixes < 0 ? stages.length : mixes);
	const named = own.flatMap(({ expressions }) =>
		expressions.flatMap((ir) => (ir.kind === 'field' && isWritten(ir.field.name, ir) ? [ir.field.name] : [])),
	);
	return [...new Set(named)];
};
