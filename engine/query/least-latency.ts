import { calls } from './expression/cost.ts';
import type { Comparison, Ir } from './expression/ir.ts';
import type { CheckedStage } from './operators/operator.ts';

/** ns that an exchange takes at least for which the comparison holds; 0 where it does not tell. */
const ofComparison = ({ operator, left, right }: Comparison): number => {
	const [field, bound] = operator.startsWith('>') ? [left, right] : operator.startsWith('<') ? [right, left] : [];
	if (field?.kind !== 'field' || field.field.name !== 'latency') return 0;
	return bound?.kind === 'constant' && typeof bound.value === 'number' ? bound.value : 0;
};

const ofCondition = (condition: Ir): number => {
	switch (condition.kind) {
		case 'and':
			return Math.max(ofCondition(condition.left), ofCondition(condition.right));
		case 'or':
			return Math.min(ofCondition(condition.left), ofCondition(condition.right));
		case 'compare':
			return ofComparison(condition);
		default:
			return 0;
	}
};

/**
 * ns that exchanges take at least which pass the conditions that the pipeline begins with: a log need not read more of the
 * others. Only of conditions that leave no trace of what they were asked for.
 */
export const leastLatencyOf = (stages: readonly CheckedStage[]): number => {
	let least = 0;
	for (const { source, condition } of stages) {
		if (condition === undefined) {
			if (source === undefined) break;
		} else {
			if (calls(condition)) break;
			least = Math.max(least, ofCondition(condition));
		}
	}
	return least;
};
