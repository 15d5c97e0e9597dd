import { checkCount, refuseItems } from './items.ts';
import { tellLastTime } from './last-time.ts';
import type { Operator } from './operator.ts';
import { transform } from './transform.ts';

export const limit: Operator = {
	name: 'limit',
	doc: 'So many rows in total, of all tables together; then the query ends',
	usage: 'limit [n]',
	examples: ['watch http | stat count() by path 5s | limit 100'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, limit, context)) return null;
		const count = checkCount(stage, input, context);
		if (count === null) return null;
		const lastTime = tellLastTime(input);
		return {
			flow: { ...input, bounded: true },
			expressions: [],
			mayStop: true,
			build: (env) =>
				transform(() => {
					const tellTime = lastTime(env);
					let left = count;
					return {
						rows: (rows, out) => {
							const taken = rows.slice(0, left);
							out.next({ kind: 'rows', rows: taken });
							left -= taken.length;
							if (left > 0) return;
							tellTime(taken, out);
							out.complete();
						},
						table: (table, out) => {
							out.next({ ...table, rows: table.rows.slice(0, left) });
							// A running aggregate that will be shown again counts when it is final.
							if (table.final) left -= table.rows.length;
							if (left <= 0) out.complete();
						},
					};
				}),
		};
	},
};
