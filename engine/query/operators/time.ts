import type { Expr } from '../../../grammar/ast.ts';
import { lookupField } from '../../exchange/catalog.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import { type Flow, nestedIr } from '../flow.ts';
import { exchangeOf } from '../rows.ts';
import type { Row } from '../signal.ts';

/** When the outcome of a row became known, ns since the start; null where its columns do not say. */
export type TimeReader = (row: Row) => number | null;

/** Event time of the rows: of exchanges their end, else the column `end_time` or `ts`. Null where there is none. */
export const timeReader = (flow: Flow): ((env: Env) => TimeReader) | null => {
	if (flow.exchanges) return () => (row) => exchangeOf(row).endTime;
	const ir = timeIr(flow, NOWHERE);
	if (ir === null) return null;
	return (env) => {
		const get = compileValue(ir, env);
		return (row) => {
			const time = get(row);
			return typeof time === 'number' ? time : null;
		};
	};
};

/** Event time as an expression. */
export const timeIr = (flow: Flow, node: Expr): Ir | null => {
	if (flow.exchanges) {
		const found = lookupField('end_time', flow.protocols);
		return found?.kind === 'field' ? { kind: 'field', type: 'time', node, field: found.field } : null;
	}
	const [first] = flow.nested;
	const nested = first === undefined ? null : timeIr(first.flow, node);
	if (first !== undefined && nested !== null) return nestedIr(first, nested, node);
	const columns = ['end_time', 'ts'].map((name) => flow.columns.find((c) => c.name === name && c.type === 'time'));
	return (columns[0] ?? columns[1])?.ir ?? null;
};

/** Of expressions that nobody wrote. */
const NOWHERE: Expr = { kind: 'constant', value: null, span: { start: 0, end: 0 } };
