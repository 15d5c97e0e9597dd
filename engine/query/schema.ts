import { lookupField } from '../exchange/catalog.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import type { Env } from './env.ts';
import { compileValue } from './expression/compile.ts';
import type { Flow } from './flow.ts';
import { exchangeOf } from './rows.ts';
import type { Column, Schema } from './signal.ts';

/** What the rows of a pipeline's end look like to who prints them. */
export const schemaOf = (flow: Flow, env: Env): Schema => {
	const columns: readonly Column[] = flow.columns.map(({ name, type, ir }) => ({
		name,
		type,
		get: compileValue(ir, env),
	}));
	if (!flow.exchanges) return { exchanges: false, columns };
	const shown = defaultColumns(flow.protocols).filter(({ name }) => !columns.some((column) => column.name === name));
	return { exchanges: true, columns: [...shown, ...columns], ...(columns.length > 0 && { extended: columns }) };
};

/** The columns that the protocols of the stream show in a table, each once. */
const defaultColumns = (protocols: readonly string[] | null): readonly Column[] => {
	const shown = PROTOCOLS.filter(({ name }) => protocols === null || protocols.includes(name));
	const names = new Set(shown.flatMap((protocol) => protocol.columns));
	return [...names].flatMap((name) => {
		const found = lookupField(name, protocols);
		if (found?.kind !== 'field') return [];
		const { type, get } = found.field;
		return [{ name, type, get: (row) => get(exchangeOf(row)) } satisfies Column];
	});
};
