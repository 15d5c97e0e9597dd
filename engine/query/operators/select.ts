import type { Ir } from '../expression/ir.ts';
import { closedFlow, isWhole } from '../flow.ts';
import { checkColumns } from './columns.ts';
import { argsOf, refuseItems } from './items.ts';
import { type Operator, scopeOf } from './operator.ts';
import { projectRows } from './project.ts';

export const select: Operator = {
	name: 'select',
	doc: 'Only these columns, in this order',
	usage: 'select [name =] expression, …',
	examples: ['watch http | select ts, path, took = latency'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, select, context)) return null;
		const args = argsOf(stage);
		if (args.length === 0) {
			context.problems.error('CIQ503', stage, '`select` needs columns', { label: 'such as `select path, latency`' });
			return null;
		}
		const columns = checkColumns(args, scopeOf(input, context));
		if (columns === null) return null;
		const expressions = columns.map(({ ir }) => ir);
		const isKey = (ir: Ir): boolean =>
			ir.kind === 'field'
				? ir.field.key === true
				: ir.kind === 'column' && !isWhole(input) && input.columns[ir.index]?.key === true;
		const named = columns.map(({ name, ir, arg }) => ({
			name,
			type: ir.type,
			...(isKey(ir) && { key: true as const }),
			node: arg.value,
		}));
		const flow = closedFlow(input, named);
		// What is computed, and may fail and be counted, is computed once.
		const plain = expressions.every(({ kind }) => kind === 'field' || kind === 'column');
		return {
			flow,
			expressions,
			build: (env) => projectRows(expressions, env),
			...(plain && {
				unprojected: {
					flow: { ...flow, columns: columns.map(({ name, ir }) => ({ name, type: ir.type, ir })) },
					expressions,
					build: () => (signals) => signals,
				},
			}),
		};
	},
};
