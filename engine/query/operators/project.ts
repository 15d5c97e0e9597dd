import type { Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import type { Row } from '../signal.ts';
import { mapRows, type SignalOperator } from './transform.ts';

/** Rows of a closed schema: the values of the expressions. What makes one of them throw is missing. */
export const projectRows = (expressions: readonly Ir[], env: Env): SignalOperator =>
	mapRows(() => {
		const getters = expressions.map((ir) => compileValue(ir, env));
		const project = (row: Row): readonly Value[] =>
			getters.map((get) => {
				try {
					return get(row);
				} catch (error) {
					env.failedRecord(error);
					return null;
				}
			});
		return (rows) => rows.map(project);
	});
