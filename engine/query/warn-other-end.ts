import type { ScopeClause } from '../capture/demand.ts';
import { demandOf } from './demand.ts';
import type { CheckedStage } from './operators/operator.ts';
import type { Problems } from './problems.ts';
import { fieldsIn, type IsWritten } from './tested-fields.ts';

/** The end whose rows alone are left; null where it may be either. */
const onlySide = (stages: readonly CheckedStage[], scope: ScopeClause | null): 'client' | 'server' | null => {
	const last = stages.at(-1);
	if (last === undefined) return null;
	const [side, ...others] = new Set(demandOf(stages, last.flow, scope, undefined).scope.map((clause) => clause.side));
	return others.length > 0 ? null : (side ?? null);
};

/** A time that only the other end can tell has no values: a sum of them would be 0, and a comparison would find nothing. */
export const warnOfOtherEnd = (
	stages: readonly CheckedStage[],
	scope: ScopeClause | null,
	isWritten: IsWritten,
	problems: Problems,
): void => {
	const mixes = stages.findIndex(({ blocks = [] }) => blocks.length > 0);
	const own = stages.slice(0, mixes < 0 ? stages.length : mixes);
	const told = own
		.flatMap(({ expressions }) => expressions.flatMap(fieldsIn))
		.filter((ir) => ir.field.end !== undefined && isWritten(ir.field.name, ir));
	const side = told.length === 0 ? null : onlySide(own, scope);
	const foreign = side === null ? undefined : told.find(({ field }) => field.end !== side);
	if (foreign === undefined) return;
	const { end, name } = foreign.field;
	problems.warning(
		'CIQ408',
		foreign.node,
		`\`${name}\` is told by the ${end}'s end alone, and the rows are the ${side}'s`,
		{
			label: 'it has no value in any of them',
		},
	);
};
