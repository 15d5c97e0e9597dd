import type { Env } from '../env.ts';
import { rankedWords } from '../explain/bounds.ts';
import type { Row } from '../signal.ts';
import { MAX_HELD_ROWS } from './collect.ts';
import { checkCount, refuseItems } from './items.ts';
import type { Operator } from './operator.ts';
import { heldUntilEnd, refuseEndless } from './sort.ts';
import { type SignalOperator, transform } from './transform.ts';

export const tail: Operator = {
	name: 'tail',
	doc: 'The last rows of each table, or of a stream that ends',
	usage: 'tail [n]',
	examples: ['watch http | until 10s | tail 5'],
	takes: ['args'],
	keepsColumns: true,
	check: (stage, input, context) => {
		if (refuseItems(stage, tail, context) || refuseEndless(stage, input, context)) return null;
		const count = checkCount(stage, input, context);
		if (count === null) return null;
		return {
			flow: heldUntilEnd(stage, input),
			expressions: [],
			...(input.shape === 'stream' && { keeps: rankedWords(2 * Math.min(count, MAX_HELD_ROWS), false) }),
			build: (env) => lastRows(count, env),
		};
	},
};

/** Of a stream no more is held than may be asked for: it may be a file of any length. */
const lastRows = (count: number, env: Env): SignalOperator =>
	transform(() => {
		const most = Math.min(count, MAX_HELD_ROWS);
		const held: Row[] = [];
		const trim = (): void => {
			const dropped = held.splice(0, Math.max(0, held.length - most)).length;
			if (most === count || dropped === 0) return;
			if (env.context.completeness.overflowed === 0) env.context.warn(`only the last ${most} rows are kept`);
			env.context.completeness.overflowed += dropped;
		};
		return {
			rows: (rows) => {
				for (const row of rows) held.push(row);
				if (held.length >= 2 * most) trim();
			},
			table: (table, out) => out.next({ ...table, rows: table.rows.slice(-count) }),
			end: (out) => {
				trim();
				if (held.length > 0) out.next({ kind: 'rows', rows: held });
			},
		};
	});
