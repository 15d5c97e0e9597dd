import type { Pipeline } from '../../grammar/ast.ts';
import { blocksOf } from './blocks.ts';
import { findOutputFormat } from './formats.ts';
import type { CheckedStage } from './operators/operator.ts';
import type { Problems } from './problems.ts';

/** Says which rows a format cannot be made of: that of `to`, those of `tee`, and else what is asked for beside the query. */
export const refuseFormat = (
	pipeline: Pipeline,
	stages: readonly CheckedStage[],
	asked: string,
	problems: Problems,
): void => {
	const last = stages.at(-1)!;
	const outputs = [{ flow: last.flow, name: last.output?.format ?? asked, at: stages.length - 1 }];
	for (const [at, stage] of stages.entries())
		for (const block of blocksOf([stage])) {
			const output = block.stages.at(-1)?.output;
			if (output !== undefined) outputs.push({ flow: block.flow, name: output.format, at });
		}
	for (const { flow, name, at } of outputs) {
		const lack = findOutputFormat(name)?.lack?.(flow) ?? null;
		if (lack !== null) problems.error('CIQ502', pipeline.stages[at]!, lack.message, { label: lack.mend });
	}
};
