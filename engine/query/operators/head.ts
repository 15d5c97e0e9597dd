import { checkCount, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { transform } from './transform.ts';

const DEFAULT_ROWS = 10;

export const head: Operator = {
	name: 'head',
	doc: 'The first rows: of a stream, which ends with them, or of each table',
	usage: 'head [n]',
	examples: ['watch http | head 5'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, head, context)) return null;
		const count = checkCount(stage, DEFAULT_ROWS, input, context);
		if (count === null) return null;
		return {
			flow: { ...input, bounded: input.bounded || input.shape === 'stream' },
			expressions: [],
			mayStop: true,
			build: () =>
				transform(() => {
					let left = count;
					return {
						rows: (rows, out) => {
							out.next({ kind: 'rows', rows: rows.slice(0, left) });
							left -= rows.length;
							if (left <= 0) out.complete();
						},
						table: (table, out) => out.next({ ...table, rows: table.rows.slice(0, count) }),
					};
				}),
		};
	},
};
