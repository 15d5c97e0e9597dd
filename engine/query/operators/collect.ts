import type { Env } from '../env.ts';
import { heldWords } from '../explain/bounds.ts';
import type { Row } from '../signal.ts';
import { type SignalOperator, transform } from './transform.ts';

/** A stream that is held until its end takes so many rows; the rest is counted as lost. */
export const MAX_HELD_ROWS = 1_000_000;

/** What `wholeTables` keeps of a stream. */
export const HELD: readonly string[] = [heldWords(MAX_HELD_ROWS)];

/** Acts on each table as a whole, and on a stream when it has ended. */
export const wholeTables = (create: () => (rows: readonly Row[]) => readonly Row[], env: Env): SignalOperator =>
	transform(() => {
		const arrange = create();
		const held: Row[] = [];
		return {
			rows: (rows) => {
				for (const row of rows) {
					if (held.length < MAX_HELD_ROWS) held.push(row);
					else overflow(env);
				}
			},
			table: (table, out) => out.next({ ...table, rows: arrange(table.rows) }),
			end: (out) => {
				if (held.length > 0) out.next({ kind: 'rows', rows: arrange(held) });
			},
		};
	});

const overflow = (env: Env): void => {
	if (env.context.completeness.overflowed++ === 0)
		env.context.warn(`only the first ${MAX_HELD_ROWS} rows are arranged: use \`top n by x\``);
};
