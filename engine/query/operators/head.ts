import { checkCount, refuseItems } from './items.ts';
import { tellLastTime } from './last-time.ts';
import type { Operator } from './operator.ts';
import { transform } from './transform.ts';

export const head: Operator = {
	name: 'head',
	doc: 'The first rows: of a stream, which ends with them, or of each table',
	usage: 'head [n]',
	examples: ['watch http | head 5'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, head, context)) return null;
		const count = checkCount(stage, input, context);
		if (count === null) return null;
		const lastTime = tellLastTime(input);
		return {
			flow: { ...input, bounded: input.bounded || input.shape === 'stream' },
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
						table: (table, out) => out.next({ ...table, rows: table.rows.slice(0, count) }),
					};
				}),
		};
	},
};
