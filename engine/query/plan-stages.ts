import type { Stage } from '../../grammar/ast.ts';
import type { Flow } from './flow.ts';
import type { CheckContext, CheckedStage } from './operators/operator.ts';
import { OPERATORS } from './operators/registry.ts';

/** Checks stages one after the other, each on what comes out of the one before. Null when something was wrong. */
export const checkStages = (stages: readonly Stage[], context: CheckContext): readonly CheckedStage[] | null => {
	const checked: CheckedStage[] = [];
	for (const [at, stage] of stages.entries()) {
		const operator = OPERATORS.get(stage.name.text);
		if (operator === undefined || misplaced(stage, operator.source === true, at, stages, context)) return null;
		const input: Flow | undefined = checked.at(-1)?.flow;
		const result = operator.check(stage, input ?? NOTHING, context);
		// What comes out of a wrong stage is not known: errors behind it would be guesses.
		if (result === null) return null;
		checked.push(result);
	}
	return checked;
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
};

/** Sources stand first, and nothing else does; `to` stands last. */
const misplaced = (
	stage: Stage,
	isSource: boolean,
	at: number,
	stages: readonly Stage[],
	{ problems }: CheckContext,
): boolean => {
	const name = stage.name.text;
	if (isSource === (at === 0) && (name !== 'to' || at === stages.length - 1)) return false;
	if (name === 'to') problems.error('CIQ509', stage, '`to` stands last');
	else if (isSource)
		problems.error('CIQ509', stage, `\`${name}\` begins a pipeline`, { label: 'put it on a line of its own' });
	else
		problems.error('CIQ509', stage.name, `\`${name}\` needs something in front of it`, {
			label: `such as \`watch | ${name} …\``,
		});
	return true;
};
