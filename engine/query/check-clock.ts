import { blocksOf } from './blocks.ts';
import { type Ir, partsOf } from './expression/ir.ts';
import type { CheckedStage } from './operators/operator.ts';
import type { Problems } from './problems.ts';

/**
 * `now()` is the time of the query, and a file holds the traffic of another: there it would silently answer a question
 * that nobody asked. So files need `--now`.
 */
export const refuseClock = (stages: readonly CheckedStage[], problems: Problems): void => {
	for (const own of [stages, ...blocksOf(stages).map((block) => block.stages)]) {
		const source = own[0]?.source ?? stages[0]?.source;
		const clock = source?.kind === 'from' ? clockIn(own.flatMap((stage) => stage.expressions)) : null;
		if (clock === null) continue;
		problems.error('CIQ512', clock.node, 'a file does not know what time it is', {
			label: 'say what `now()` shall mean: --now 2026-01-02T03:04:05Z',
		});
	}
};

/** A moment that was not written as one: `now()`, and what is made of it. */
const clockIn = (irs: readonly Ir[]): Ir | null => {
	for (const ir of irs) {
		if (ir.kind === 'wall' && ir.node.kind === 'call') return ir;
		const inside = clockIn(partsOf(ir));
		if (inside !== null) return inside;
	}
	return null;
};
