import { checkCount, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { type Output, transform } from './transform.ts';

const DEFAULT_ROWS = 10;

export const limit: Operator = {
	name: 'limit',
	doc: 'So many rows in total, of all tables together; then the query ends',
	usage: 'limit [n]',
	examples: ['watch http | stat count() by path 5s | limit 100'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, limit, context)) return null;
		const count = checkCount(stage, DEFAULT_ROWS, input, context);
		if (count === null) return null;
		return {
			flow: { ...input, bounded: true },
			expressions: [],
			mayStop: true,
			build: () =>
				transform(() => {
					let left = count;
					const took = (rows: number, out: Output): void => {
						left -= rows;
						if (left <= 0) out.complete();
					};
					return {
						rows: (rows, out) => {
							out.next({ kind: 'rows', rows: rows.slice(0, left) });
							took(rows.length, out);
						},
						table: (table, out) => {
							out.next({ ...table, rows: table.rows.slice(0, left) });
							// A running aggregate that will be shown again counts when it is final.
							if (table.final) took(table.rows.length, out);
						},
					};
				}),
		};
	},
};
