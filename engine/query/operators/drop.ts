import { refuseItems } from './items.ts';
import { columnsAt, namedColumns } from './named-columns.ts';
import type { Operator } from './operator.ts';
import { projectStage } from './project.ts';

export const drop: Operator = {
	name: 'drop',
	doc: 'All columns but these; of whole exchanges the columns of a table are left',
	usage: 'drop column, …',
	examples: ['watch http | stat count(), max(latency) by path 5s | drop window_end'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, drop, context)) return null;
		const named = namedColumns(stage, input, context, 'drop path');
		if (named === null) return null;
		const left = columnsAt(stage, input).filter(({ name }) => !named.some(({ column }) => column.name === name));
		if (left.length > 0) return projectStage(input, left);
		context.problems.error('CIQ503', stage, 'no column would be left', { label: 'keep one' });
		return null;
	},
};
