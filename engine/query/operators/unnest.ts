import type { Value } from '../../exchange/field.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import { elementType, inWords, isOpen } from '../expression/types.ts';
import type { FlowColumn, NestedRow } from '../flow.ts';
import { nestedIr } from '../flow.ts';
import { argsOf, refuseItems } from './items.ts';
import { columnsAt, namedColumns } from './named-columns.ts';
import type { Operator } from './operator.ts';
import { mapRows, type SignalOperator } from './transform.ts';

export const unnest: Operator = {
	name: 'unnest',
	doc: 'A row for each element of a list, in place of the list; none where it is empty or missing',
	usage: 'unnest column',
	examples: ['watch http | extend part = split(path, "/") | unnest part | stat count() by part 5s'],
	takes: ['args'],
	check: (stage, input, context) => {
		if (refuseItems(stage, unnest, context)) return null;
		const named = namedColumns(stage, input, context, 'unnest anomalies', argsOf(stage).slice(0, 2));
		if (named === null) return null;
		const [first, extra] = named;
		if (first === undefined || extra !== undefined) {
			context.problems.error('CIQ504', extra?.arg ?? stage, '`unnest` takes one column');
			return null;
		}
		const { column, arg } = first;
		if (nameOf(column.type) !== 'list' && !isOpen(column.type)) {
			context.problems.error(
				'CIQ405',
				arg,
				`\`${column.name}\` is ${inWords(column.type)}, and only a list has elements`,
			);
			return null;
		}
		const row: NestedRow = { name: null, index: 0, flow: input };
		const type = elementType(column.type);
		const element: FlowColumn = {
			name: column.name,
			type,
			ir: { kind: 'column', type, node: arg.value, index: 1 },
		};
		const kept = columnsAt(stage, input).filter(({ name }) => name !== column.name);
		const columns = [...kept.map((one) => ({ ...one, ir: nestedIr(row, one.ir, arg.value) })), element];
		return {
			flow: { ...input, exchanges: false, columns, nested: [row] },
			expressions: [column.ir],
			build: (env) => elements(column.ir, env),
		};
	},
};

/** Rows become pairs: the row, and an element of its list. */
const elements = (list: Ir, env: Env): SignalOperator =>
	mapRows(() => {
		const get = compileValue(list, env);
		return (rows) =>
			rows.flatMap((row) => {
				const values = get(row);
				return Array.isArray(values) ? values.map((value: Value) => [row, value]) : [];
			});
	});
