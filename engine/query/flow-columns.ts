import type { Expr } from '../../grammar/ast.ts';
import { lookupField } from '../exchange/catalog.ts';
import type { Field } from '../exchange/field.ts';
import { PROTOCOLS } from '../protocols/registry.ts';
import type { Flow, FlowColumn } from './flow.ts';

/** The fields that the protocols of a stream show in a table, each once. */
export const shownFields = (protocols: readonly string[] | null): readonly Field[] => {
	const shown = PROTOCOLS.filter(({ name }) => protocols === null || protocols.includes(name));
	const columns = shown.flatMap((protocol) => protocol.columns);
	// Where several are mixed, which one it is tells more than what only some of them have.
	const names = new Set(shown.length > 1 ? ['ts', 'protocol', ...columns] : columns);
	return [...names].flatMap((name) => {
		const found = lookupField(name, protocols);
		return found?.kind === 'field' ? [{ ...found.field, name }] : [];
	});
};

/** The columns of rows: of whole exchanges those of a table, and what was added to them. */
export const columnsOf = (flow: Flow, node: Expr): readonly FlowColumn[] => {
	if (!flow.exchanges) return flow.columns;
	const fields = shownFields(flow.protocols).filter(({ name }) => !flow.columns.some((column) => column.name === name));
	const shown = fields.map(
		(field): FlowColumn => ({
			name: field.name,
			type: field.type,
			ir: { kind: 'field', type: field.type, node, field },
		}),
	);
	return [...shown, ...flow.columns];
};
