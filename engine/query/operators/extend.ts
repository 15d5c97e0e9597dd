import type { Arg } from '../../../grammar/ast.ts';
import type { Flow, FlowColumn } from '../flow.ts';
import { closedFlow, isWhole } from '../flow.ts';
import { checkColumns } from './columns.ts';
import { argsOf, refuseItems } from './items.ts';
import { type CheckContext, type CheckedStage, type Operator, scopeOf } from './operator.ts';
import { projectRows } from './project.ts';

export const extend: Operator = {
	name: 'extend',
	doc: 'More columns, computed from each row',
	usage: 'extend name = expression, …',
	examples: ['watch http | extend slow = latency > 1s | where slow'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, extend, context)) return null;
		const args = argsOf(stage);
		if (args.length === 0) {
			context.problems.error('CIQ503', stage, '`extend` needs a column', { label: 'such as `extend took = latency`' });
			return null;
		}
		return addColumns(args, input, context);
	},
};

/** Rows with more columns, or with others of the same names. Null when something was wrong and has been reported. */
export const addColumns = (args: readonly Arg[], input: Flow, context: CheckContext): CheckedStage | null => {
	const made = checkColumns(args, scopeOf(input, context));
	if (made === null) return null;
	const expressions = made.map(({ ir }) => ir);
	const added: readonly FlowColumn[] = made.map(({ name, ir }) => ({ name, type: ir.type, ir }));
	const kept = input.columns.filter((column) => !added.some((one) => one.name === column.name));
	const columns = [...kept, ...added];
	// A whole row stays whole: the new columns are computed when something asks for them.
	if (isWhole(input))
		return { flow: { ...input, columns }, expressions, transparent: true, build: () => (signals) => signals };
	const named = columns.map(({ name, type, ir }) => ({ name, type, node: ir.node }));
	const values = columns.map(({ ir }) => ir);
	return { flow: closedFlow(input, named), expressions, build: (env) => projectRows(values, env) };
};
