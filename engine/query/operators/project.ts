import type { Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import { closedFlow, type Flow, type FlowColumn } from '../flow.ts';
import type { Row } from '../signal.ts';
import type { CheckedStage } from './operator.ts';
import { mapRows, type SignalOperator } from './transform.ts';

/** A stage whose rows are just these columns. */
export const projectStage = (input: Flow, columns: readonly FlowColumn[]): CheckedStage => {
	const expressions = columns.map(({ ir }) => ir);
	return {
		flow: closedFlow(
			input,
			columns.map(({ ir, ...column }) => ({ ...column, node: ir.node })),
		),
		expressions,
		build: (env) => projectRows(expressions, env),
	};
};

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
