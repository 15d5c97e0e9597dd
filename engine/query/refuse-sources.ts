import type { Pipeline, Stage } from '../../grammar/ast.ts';
import { blocksOf } from './blocks.ts';
import type { CheckedStage } from './operators/operator.ts';
import type { Plan } from './plan.ts';
import type { Problems } from './problems.ts';

/**
 * Says which sources a query cannot read together. A capture does not wait, a recording does: the clock of a query that
 * reads both is the capture's.
 */
export const refuseSources = (pipeline: Pipeline, stages: readonly CheckedStage[], problems: Problems): void => {
	const first = stages[0]?.source?.kind;
	const stageWith = (isWrong: (kind: Plan['source']['kind']) => boolean): Stage | undefined => {
		const at = stages.findIndex((stage) => blocksOf([stage]).some(({ source }) => source && isWrong(source.kind)));
		return pipeline.stages[at];
	};
	const live = stageWith((kind) => first === 'from' && kind === 'watch');
	if (live !== undefined)
		problems.error('CIQ509', live, 'a live capture cannot stand behind a recording', {
			label: 'begin with `watch`, and read the recording in the braces',
		});
	const kept = stageWith((kind) => kind === 'kept' || first === 'kept');
	if (kept !== undefined)
		problems.error('CIQ509', kept, 'a result that is kept cannot be read beside another source', {
			label: '`.save` it to a file, or say the whole query again',
		});
};
