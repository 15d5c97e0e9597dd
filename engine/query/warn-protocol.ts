import { nearest } from '../../grammar/suggest.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import { type Ir, partsOf } from './expression/ir.ts';
import type { CheckedStage } from './operators/operator.ts';
import { PLANNED_PROTOCOLS } from './planned.ts';
import type { Problems } from './problems.ts';

type Constant = Extract<Ir, { kind: 'constant' }>;

const isProtocol = (ir: Ir): boolean => ir.kind === 'field' && ir.field.name === 'protocol';

/** What the field `protocol` is looked for to be. */
const soughtIn = (ir: Ir): readonly Constant[] => {
	const parts = partsOf(ir);
	const isSought = (ir.kind === 'compare' && ir.operator === '==') || ir.kind === 'in';
	if (isSought && parts.some(isProtocol)) return parts.filter((part) => part.kind === 'constant');
	return parts.flatMap(soughtIn);
};

const NAMES = PROTOCOLS.map(({ name }) => name);

/** A log may hold any protocol; of live traffic only those that are read here come. */
export const warnOfProtocol = (stages: readonly CheckedStage[], problems: Problems): void => {
	if (stages[0]?.source?.kind !== 'watch') return;
	const mixes = stages.findIndex(({ blocks = [] }) => blocks.length > 0);
	const own = stages.slice(0, mixes < 0 ? stages.length : mixes);
	for (const { value, node } of own.flatMap(({ expressions }) => expressions.flatMap(soughtIn))) {
		// Of capitals something else is said.
		if (typeof value !== 'string' || NAMES.includes(value) || value !== value.toLowerCase()) continue;
		const meant = PLANNED_PROTOCOLS.has(value) ? null : nearest(value, NAMES);
		problems.warning('CIQ408', node, `live traffic has no protocol \`${value}\`: it is one of ${NAMES.join(', ')}`, {
			label: meant === null ? 'no exchange meets this; logs may have it' : `did you mean \`"${meant}"\`?`,
		});
	}
};
