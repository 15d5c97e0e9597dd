import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Flow } from '../flow.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';

/** When the outcome of a row became known, ns since the start; null where its columns do not say. */
export type TimeReader = (row: Row) => number | null;

/** Event time of the rows: of exchanges their end, else the column `end_time` or `ts`. Null where there is none. */
export const timeReader = (flow: Flow): ((env: Env) => TimeReader) | null => {
	if (flow.exchanges) return () => (row) => exchangeOf(row).endTime;
	const column = ['end_time', 'ts'].map((name) => flow.columns.find((c) => c.name === name && c.type === 'time'));
	const ir = (column[0] ?? column[1])?.ir;
	if (ir === undefined) return null;
	return (env) => {
		const get = compileValue(ir, env);
		return (row) => {
			const time = get(row);
			return typeof time === 'number' ? time : null;
		};
	};
};
