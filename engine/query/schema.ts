import { COMMON_FIELDS } from '../exchange/common-fields.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import type { Env } from './env.ts';
import { compileValue } from './expression/compile.ts';
import type { Flow } from './flow.ts';
import { shownFields } from './flow-columns.ts';
import { exchangeOf } from './rows.ts';
import type { Column, Schema } from './signal.ts';

/** Of exchanges: what their protocol tells of them, and how long they took; of several protocols what the first one tells. */
const isKey = (name: string, protocols: readonly string[] | null): boolean => {
	if (name === 'status' || name === 'latency') return true;
	if (protocols?.length !== 1 && PROTOCOLS[0]?.columns.includes(name) === false) return false;
	return !isCommon(name);
};

const isCommon = (name: string): boolean => COMMON_FIELDS.some((field) => field.name === name);

/** What the rows of a pipeline's end look like to who prints them. */
export const schemaOf = (flow: Flow, env: Env): Schema => {
	const isOrder = (name: string): boolean => flow.orderedBy?.includes(name) ?? false;
	const values: readonly Column[] = flow.columns.map(({ ir, insteadOf: _, ...column }) => ({
		...column,
		...(isOrder(column.name) && { order: true as const }),
		get: compileValue(ir, env),
	}));
	if (!flow.exchanges) return { exchanges: false, columns: values };
	// What was added to exchanges was asked for.
	const columns = values.map((column) => ({ ...column, key: true as const }));
	const shown = shownFields(flow.protocols)
		.filter(({ name }) => !flow.columns.some((column) => column.name === name || column.insteadOf === name))
		.map(
			({ name, type, get }): Column => ({
				name,
				type,
				...(isKey(name, flow.protocols) && { key: true }),
				...(isOrder(name) && { order: true }),
				...(flow.protocols?.length !== 1 && !isCommon(name) && { ofSome: true }),
				get: (row) => get(exchangeOf(row)),
			}),
		);
	return { exchanges: true, columns: [...shown, ...columns], ...(columns.length > 0 && { extended: columns }) };
};
