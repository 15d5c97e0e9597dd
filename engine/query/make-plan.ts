import { Observable } from 'rxjs';
import type { Pipeline } from '../../grammar/ast.ts';
import { printPipeline } from '../../grammar/print.ts';
import { printFlat } from '../../grammar/print-stage.ts';
import type { CaptureDemand } from '../capture/demand.ts';
import { type FileSource, fileSourceKey } from '../capture/file-source.ts';
import type { FieldNeed } from '../exchange/field.ts';
import { STAGE_PARTS } from '../exchange/stage-parts.ts';
import { allBranchesOf, blocksOf, branchesOf, cutShort, pipeThrough, sameSource, type Wiring } from './blocks.ts';
import { demandOf, needsOfBranch, uniteDemands } from './demand.ts';
import { Env } from './env.ts';
import { measuredPlan } from './explain/measure.ts';
import { findOutputFormat, type OutputFormat } from './formats.ts';
import type { CheckedBlock, CheckedStage } from './operators/operator.ts';
import type { Branch, CompileOptions, Plan } from './plan.ts';
import { schemaOf } from './schema.ts';
import { inShortBatches } from './short-batches.ts';
import type { Signal } from './signal.ts';
import { type IsWritten, namedFields } from './tested-fields.ts';

/** A pipeline in which nothing is wrong. */
export interface Checked {
	readonly pipeline: Pipeline;
	readonly stages: readonly CheckedStage[];
}

/** As `explain --run` runs it. */
export const measured = ({ pipeline, stages }: Checked, options: CompileOptions, isWritten: IsWritten): Plan =>
	measuredPlan(stages, pipeline.stages.map(printFlat), (wrapped) =>
		planOf({ pipeline, stages: wrapped }, options, isWritten),
	);

export const planOf = ({ pipeline, stages }: Checked, options: CompileOptions, isWritten: IsWritten): Plan => {
	const env = new Env();
	const flow = stages.at(-1)!.flow;
	const source = stages[0]!.source!;
	const output = stages.at(-1)!.output ?? null;
	const { demand, inputs } = demandsOf(stages, source, options);
	const named = namedFields(stages, isWritten);
	const branches = allBranchesOf(stages);
	const readsTwice = blocksOf(stages).some((block) => block.source !== null && sameSource(block.source, source));
	const ends = stages.some((stage) => stage.ends);
	const presents = [{ stages }, ...blocksOf(stages)].flatMap((one) => one.stages[0]?.present ?? []);
	const wiring: Wiring = {
		source,
		inputs: inputs.map((input) => input.source),
		branches,
		cutShort: cutShort(stages),
		ends,
	};
	return {
		source,
		demand: named.length === 0 ? demand : { ...demand, named },
		...(presents.length > 0 && { present: presents.includes('requests') ? 'requests' : 'connections' }),
		schema: schemaOf(flow, env),
		flow,
		shape: flow.shape,
		collects: flow.collects && !flow.bounded,
		output,
		...(inputs.length > 0 && { inputs }),
		...(branches.length > 0 && { branches: branches.map((branch) => branchOf(branch, env)) }),
		text: printPipeline(pipeline),
		run: (exchanges, context) =>
			new Observable<Signal>((out) => {
				const root = env.start(context, wiring);
				const running = pipeThrough(root, stages, env).subscribe(out);
				running.add((readsTwice ? inShortBatches(exchanges) : exchanges).subscribe(root));
				return running;
			}),
	};
};

const branchOf = ({ stages, flow }: CheckedBlock, env: Env): Branch => ({
	schema: schemaOf(flow, env),
	shape: flow.shape,
	output: stages.at(-1)!.output!,
});

/** What a row is drawn with later, but for bodies of live captures: all that pass are many more than those drawn. */
const shownInDetail = (source: Plan['source']): readonly FieldNeed[] =>
	source.kind === 'from' ? (findOutputFormat('detail')?.shows ?? []) : STAGE_PARTS;

/** What the source and every further recording have to answer. */
const demandsOf = (
	stages: readonly CheckedStage[],
	source: Plan['source'],
	options: CompileOptions,
): { readonly demand: CaptureDemand; readonly inputs: NonNullable<Plan['inputs']> } => {
	const detail = options.inDetail ? shownInDetail(source) : [];
	const formatOf = (own: readonly CheckedStage[]): OutputFormat | undefined => {
		const format = findOutputFormat(own.at(-1)!.output?.format ?? options.format);
		return format && detail.length > 0 ? { ...format, shows: [...(format.shows ?? []), ...detail] } : format;
	};
	/** Of a pipeline and of what `tee` sends elsewhere on its way. */
	const needsOf = (own: readonly CheckedStage[], format: OutputFormat | undefined): CaptureDemand => {
		const needs = demandOf(own, own.at(-1)!.flow, options.scope, format);
		const branches = branchesOf(own).map((branch) => {
			const demand = demandOf(branch.stages, branch.flow, options.scope, formatOf(branch.stages));
			return needsOfBranch(demand, needs);
		});
		return branches.length === 0 ? needs : uniteDemands([needs, ...branches]);
	};
	const demands = [needsOf(stages, formatOf(stages))];
	// What comes of a block may go out as it is.
	const wholeFormat = stages.at(-1)!.flow.exchanges ? formatOf(stages) : undefined;
	const inputs = new Map<string, { source: FileSource; demand: CaptureDemand }>();
	for (const block of blocksOf(stages)) {
		if (block.source === null) continue;
		const demand = needsOf(block.stages, wholeFormat);
		if (sameSource(block.source, source)) demands.push(demand);
		else if (block.source.kind === 'from') {
			const key = fileSourceKey(block.source);
			const known = inputs.get(key);
			inputs.set(key, {
				source: block.source,
				demand: known === undefined ? demand : uniteDemands([known.demand, demand]),
			});
		}
	}
	return { demand: uniteDemands(demands), inputs: [...inputs.values()] };
};
