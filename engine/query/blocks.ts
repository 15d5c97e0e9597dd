import type { Observable } from 'rxjs';
import { type FileSource, fileSourceKey, fileSourceName } from '../capture/file-source.ts';
import type { Env } from './env.ts';
import type { CheckedBlock, CheckedStage } from './operators/operator.ts';
import type { Plan } from './plan.ts';
import type { Signal } from './signal.ts';

/** What a query is connected to. */
export interface Wiring {
	readonly source: Plan['source'];
	/** Of `Plan.inputs`. */
	readonly inputs: readonly FileSource[];
	/** The blocks behind `Plan.branches`. */
	readonly branches: readonly CheckedBlock[];
	/** Those of `branches` in front of a stage that may stop in the middle of a batch. */
	readonly cutShort: readonly CheckedBlock[];
	/** A stage says when the query ends. */
	readonly ends: boolean;
}

/** The blocks of stages and those inside them, in the order of the text. */
export const blocksOf = (stages: readonly CheckedStage[]): readonly CheckedBlock[] =>
	stages.flatMap((stage) =>
		[...(stage.blocks ?? []), ...(stage.branch ? [stage.branch] : [])].flatMap((block) => [
			block,
			...blocksOf(block.stages),
		]),
	);

/** The branches of stages and of the branches inside them: what they are given comes of the same source. */
export const branchesOf = (stages: readonly CheckedStage[]): readonly CheckedBlock[] =>
	stages.flatMap(({ branch }) => (branch === undefined ? [] : [branch, ...branchesOf(branch.stages)]));

/** Those of stages and of the blocks inside them. */
export const allBranchesOf = (stages: readonly CheckedStage[]): readonly CheckedBlock[] =>
	[{ stages }, ...blocksOf(stages)].flatMap((one) => one.stages.flatMap(({ branch }) => branch ?? []));

/** The branches that have a stage behind them which may stop in the middle of a batch; `isCut`: what follows has one. */
export const cutShort = (stages: readonly CheckedStage[], isCut = false): readonly CheckedBlock[] => {
	const last = stages.findLastIndex(({ mayStop }) => mayStop === true);
	return stages.flatMap(({ blocks = [], branch }, at) => {
		const isOne = isCut || at < last;
		const inside = blocks.flatMap((block) => cutShort(block.stages, isOne));
		return branch === undefined ? inside : [...inside, ...(isOne ? [branch] : []), ...cutShort(branch.stages)];
	});
};

/** Whether two sources are the same capture. */
export const sameSource = (a: Plan['source'], b: Plan['source']): boolean => sourceKey(a) === sourceKey(b);

/** Equal for those that read the same in the same way. */
export const sourceKey = (source: Plan['source']): string =>
	source.kind === 'from' ? fileSourceKey(source) : source.kind === 'kept' ? `kept ${source.name}` : 'watch';

/** What messages call it. */
export const sourceName = (source: Plan['source']): string =>
	source.kind === 'from' ? fileSourceName(source) : source.kind === 'kept' ? source.name : 'the kernel';

/** What comes out of a pipeline that is given these signals. */
export const pipeThrough = (
	signals: Observable<Signal>,
	stages: readonly CheckedStage[],
	env: Env,
): Observable<Signal> => stages.reduce((before, stage) => before.pipe(stage.build(env)), signals);
