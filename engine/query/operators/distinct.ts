import { seenWords } from '../explain/bounds.ts';
import { checkColumns } from './columns.ts';
import { firstOfEach } from './dedup.ts';
import { argsOf, refuseItems } from './items.ts';
import { columnsAt } from './named-columns.ts';
import { type Operator, scopeOf } from './operator.ts';
import { projectStage } from './project.ts';
import { MAX_KEYS } from './seen.ts';

export const distinct: Operator = {
	name: 'distinct',
	doc: 'These columns, each combination of values once: of each table, or of a stream as they appear',
	usage: 'distinct [name =] expression, …',
	examples: ['watch http | distinct method, route'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, distinct, context)) return null;
		const args = argsOf(stage);
		const columns = args.length === 0 ? columnsAt(stage, input) : checkColumns(args, scopeOf(input, context));
		if (columns === null) return null;
		const projected = projectStage(
			input,
			columns.map(({ name, ir }) => ({ name, type: ir.type, ir })),
		);
		const keys = projected.flow.columns.map(({ ir }) => ir);
		return {
			...projected,
			keeps: seenWords(MAX_KEYS),
			build: (env) => (signals) =>
				signals.pipe(
					projected.build(env),
					firstOfEach(keys, null, () => () => 0, env),
				),
		};
	},
};
