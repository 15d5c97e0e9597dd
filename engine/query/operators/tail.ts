import { HELD, wholeTables } from './collect.ts';
import { checkCount, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { heldUntilEnd, refuseEndless } from './sort.ts';

const DEFAULT_ROWS = 10;

export const tail: Operator = {
	name: 'tail',
	doc: 'The last rows of each table, or of a stream that ends',
	usage: 'tail [n]',
	examples: ['watch http | until 10s | tail 5'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, tail, context) || refuseEndless(stage, input, context)) return null;
		const count = checkCount(stage, DEFAULT_ROWS, input, context);
		if (count === null) return null;
		return {
			flow: heldUntilEnd(stage, input),
			expressions: [],
			...(input.shape === 'stream' && { keeps: HELD }),
			build: (env) => wholeTables(() => (rows) => rows.slice(-count), env),
		};
	},
};
