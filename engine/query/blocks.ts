import { EMPTY, type Observable } from 'rxjs';
import type { CheckedBlock, CheckedStage } from './operators/operator.ts';
import type { Plan } from './plan.ts';
import type { Signal } from './signal.ts';

/** The blocks of stages and those inside them, in the order of the text. */
export const blocksOf = (stages: readonly CheckedStage[]): readonly CheckedBlock[] =>
	stages.flatMap((stage) =>
		[...(stage.blocks ?? []), ...(stage.branch ? [stage.branch] : [])].flatMap((block) => [
			block,
			...blocksOf(block.stages),
		]),
	);

/** Two sources that are the same capture. */
export const sameSource = (a: Plan['source'], b: Plan['source']): boolean =>
	a.kind === 'watch' ? b.kind === 'watch' : b.kind === 'from' && a.path === b.path;
