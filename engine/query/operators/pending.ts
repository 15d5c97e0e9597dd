import { COMMON_FIELDS } from '../../exchange/common-fields.ts';
import type { Field } from '../../exchange/field.ts';
import { argsOf, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { presentTable } from './present.ts';
import { checkSource, sourceOf } from './watch.ts';

const LATENCY = COMMON_FIELDS.find(({ name }) => name === 'latency')!;

/** A request that waits ends, for the time being, at the moment at which it is looked at. */
const AGE: Field = { ...LATENCY, name: 'age', doc: 'How long the request has been under way' };

export const pending: Operator = {
	name: 'pending',
	doc: 'The requests without a complete answer: now, on a terminal; else at the end. Answers that still run are among them, requests that were sent before the capture are not. Where events were lost since, the answer may be among them: then `age` is null',
	usage: 'pending [protocol, …] [where condition]',
	examples: ['pending | where age > 5s', 'pending http | stat count(), max(age) by route'],
	takes: ['args', 'where'],
	source: true,
	check: (stage, _, context) => {
		if (refuseItems(stage, pending, context)) return null;
		const node = { kind: 'name', name: stage.name, span: stage.span } as const;
		const ir = { kind: 'field', type: AGE.type, node, field: AGE } as const;
		const age = { name: AGE.name, type: AGE.type, insteadOf: LATENCY.name, ir } as const;
		const checked = checkSource(stage, argsOf(stage), sourceOf(context), context, {
			flow: { columns: [age], shape: 'tables', collects: true },
			build: (env) => presentTable((present) => present.pending(), false, env),
		});
		return checked && { ...checked, present: 'requests' };
	},
};
