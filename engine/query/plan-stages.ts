import type { BlockItem, Stage } from '../../grammar/ast.ts';
import type { Flow } from './flow.ts';
import type { CheckContext, CheckedBlock, CheckedStage } from './operators/operator.ts';
import { OPERATORS } from './operators/registry.ts';
import { askOfFile } from './views/forgotten-pipe.ts';

/**
 * Checks stages one after the other, each on what comes out of the one before; `input` is what the first is given, null
 * for a pipeline that begins with its own source. Null when something was wrong.
 */
export const checkStages = (
	stages: readonly Stage[],
	context: CheckContext,
	input: Flow | null = null,
): readonly CheckedStage[] | null => {
	const checked: CheckedStage[] = [];
	let flow = input ?? NOTHING;
	let complete = true;
	for (const [at, stage] of stages.entries()) {
		const operator = OPERATORS.get(stage.name.text);
		if (operator === undefined) return null;
		const begins = input === null && at === 0;
		if (
			misplaced(
				stage,
				operator.source === true,
				{ begins, isLast: at === stages.length - 1, inRows: input !== null },
				context,
			)
		)
			return null;
		const result = operator.check(stage, flow, context);
		if (result === null) {
			complete = false;
			// What comes out of most stages that are wrong is not known: errors behind them would be guesses.
			if (operator.keepsColumns !== true) return null;
			continue;
		}
		const next = stages[at + 1];
		const fuses = next !== undefined && OPERATORS.get(next.name.text)?.keepsNoRows === true;
		const chosen = (fuses ? result.unprojected : undefined) ?? result;
		checked.push(chosen);
		flow = chosen.flow;
	}
	return complete ? checked : null;
};

/** Checks a pipeline in braces; see `CheckContext`. */
export const checkBlock = ({ pipeline }: BlockItem, input: Flow | null, context: CheckContext): CheckedBlock | null => {
	const stages = checkStages(pipeline.stages, context, input);
	const last = stages?.at(-1);
	if (stages === null || last === undefined) return null;
	return { stages, flow: last.flow, source: stages[0]?.source ?? null };
};

/** In front of a source there is nothing. */
const NOTHING: Flow = {
	exchanges: true,
	columns: [],
	nested: [],
	protocols: null,
	shape: 'stream',
	bounded: false,
	collects: false,
	heldBy: null,
};

/** Sources stand first, and nothing else does; `to` stands last. */
const misplaced = (
	stage: Stage,
	isSource: boolean,
	{ begins, isLast, inRows }: { readonly begins: boolean; readonly isLast: boolean; readonly inRows: boolean },
	{ problems }: CheckContext,
): boolean => {
	const name = stage.name.text;
	if (isSource === begins && (name !== 'to' || isLast)) return false;
	if (name === 'to' && !isLast)
		problems.error('CIQ509', stage, '`to` stands last', {
			label: 'put it behind what follows, or write a file on the way: `tee { … | to … }`',
		});
	else if (isSource)
		problems.error('CIQ509', stage, `\`${name}\` begins a pipeline`, {
			label: inRows
				? 'leave it out: these braces take the rows of the stage'
				: name === 'conns' || name === 'pending'
					? askOfFile(name)
					: 'put it on a line of its own',
		});
	else
		problems.error('CIQ509', stage.name, `\`${name}\` needs something in front of it`, {
			label: `such as \`watch | ${name} …\``,
		});
	return true;
};
