import type { Arg } from '../../../grammar/ast.ts';
import { printExpr } from '../../../grammar/print.ts';
import { isComparison } from '../expression/check-compare.ts';
import type { Ir } from '../expression/ir.ts';
import { closedFlow, type Flow, isWhole } from '../flow.ts';
import { checkColumns } from './columns.ts';
import { argsOf, refuseItems } from './items.ts';
import { type CheckContext, type Operator, scopeOf } from './operator.ts';
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
		if (refuseCondition(args, context) || refuseDistinct(args, input, context)) return null;
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

/** `select(status == 500)` of jq keeps rows. */
const refuseCondition = ([first, ...more]: readonly Arg[], { problems }: CheckContext): boolean => {
	const value = first?.value.kind === 'group' ? first.value.inner : first?.value;
	const isCondition = value?.kind === 'binary' && isComparison(value.operator);
	if (!isCondition || first === undefined || first.name !== null || more.length > 0) return false;
	problems.error('CIQ505', first, 'this column has no name', {
		label: `write \`value = (${printExpr(value)})\`; to keep such rows \`where ${printExpr(value)}\``,
	});
	return true;
};

/** `select distinct path`. */
const refuseDistinct = ([first, second]: readonly Arg[], { columns }: Flow, { problems }: CheckContext): boolean => {
	const isWord = first?.value.kind === 'name' && first.value.name.text.toLowerCase() === 'distinct';
	if (!isWord || second === undefined || columns.some(({ name }) => name === 'distinct')) return false;
	problems.error('CIQ302', first, '`distinct` is an operator of its own', { label: 'write `distinct` for `select`' });
	return true;
};
