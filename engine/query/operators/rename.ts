import type { Arg } from '../../../grammar/ast.ts';
import type { FlowColumn } from '../flow.ts';
import { refuseDuplicates } from './columns.ts';
import { argsOf, refuseItems } from './items.ts';
import { columnsAt, namedColumns } from './named-columns.ts';
import type { CheckContext, Operator } from './operator.ts';
import { projectStage } from './project.ts';

export const rename: Operator = {
	name: 'rename',
	doc: 'Other names for columns, which stay where they are; of whole exchanges the columns of a table are left',
	usage: 'rename new = old, …',
	examples: ['watch http | stat p99(latency) by path 5s | rename slowest = p99_latency'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, rename, context)) return null;
		const unnamed = argsOf(stage).find((arg) => arg.name === null);
		if (unnamed !== undefined) {
			context.problems.error('CIQ505', unnamed, 'the new name is missing', { label: 'write `new = old`' });
			return null;
		}
		const named = namedColumns(stage, input, context, 'rename uri = path');
		if (named === null || refuseTwice(named, context)) return null;
		const columns = columnsAt(stage, input);
		const newName = ({ name }: FlowColumn): string =>
			named.find(({ column }) => column.name === name)?.arg.name?.text ?? name;
		const hidden = named.filter(({ column }) => !columns.some(({ name }) => name === column.name));
		const renamed = [...columns, ...hidden.map(({ column }) => column)].map((column) => ({
			...column,
			name: newName(column),
		}));
		const arg = (name: string) => named.find((one) => one.arg.name?.text === name)?.arg ?? named[0]!.arg;
		const checked = renamed.map(({ name, ir }) => ({ name, ir, arg: arg(name) }));
		return refuseDuplicates(checked, context.problems) ? null : projectStage(input, renamed);
	},
};

interface Named {
	readonly arg: Arg;
	readonly column: FlowColumn;
}

const refuseTwice = (named: readonly Named[], { problems }: CheckContext): boolean => {
	const again = named.find(({ column }, at) => named.findIndex((one) => one.column.name === column.name) < at);
	if (again === undefined) return false;
	const { name } = again.column;
	problems.error('CIQ506', again.arg, `\`${name}\` has been given another name already`, {
		label: `put \`extend ${again.arg.name?.text} = ${name}\` in front`,
	});
	return true;
};
