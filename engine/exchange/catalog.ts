import { PROTOCOLS } from '../protocols/registry.ts';
import { COMMON_FIELDS } from './common-fields.ts';
import type { Field } from './field.ts';
import { LoggedExchange } from './logged/logged-exchange.ts';
import { TOLD_FIELDS } from './logged/told-fields.ts';
import { sameType } from './type.ts';

/** What a bare name stands for in a stream of some protocols. */
export type FieldLookup =
	| { readonly kind: 'field'; readonly field: Field }
	/** Several protocols have it with different types: the qualified names to choose from. */
	| { readonly kind: 'ambiguous'; readonly names: readonly string[] };

const indexOf = (fields: readonly Field[]): ReadonlyMap<string, Field> =>
	new Map(fields.flatMap((field) => [field.name, ...(field.aliases ?? [])].map((name) => [name, field] as const)));

/** A log tells some fields itself, and those of a protocol otherwise than captured bytes do. */
const commonOrTold = (field: Field): Field => {
	const told = TOLD_FIELDS[field.name];
	if (told === undefined) return field;
	return { ...field, get: (exchange) => (exchange instanceof LoggedExchange ? told(exchange) : field.get(exchange)) };
};

const common = indexOf(COMMON_FIELDS.map(commonOrTold));

/** The plan for a log knows fields by their names: one that is common too is read as that one. */
const ownOrTold = (protocol: string, field: Field): Field => {
	const shared = common.get(field.name);
	return {
		...field,
		get: (exchange) => {
			if (!(exchange instanceof LoggedExchange)) return field.get(exchange);
			if (exchange.protocol !== protocol) return null;
			return shared === undefined ? exchange.field(field) : shared.get(exchange);
		},
	};
};

const byProtocol = new Map(
	PROTOCOLS.map(({ name, fields }) => [name, indexOf(fields.map((field) => ownOrTold(name, field)))]),
);

/** The field `name` of one protocol: what `http.path` means. */
export const protocolField = (protocol: string, name: string): Field | null =>
	byProtocol.get(protocol)?.get(name) ?? null;

/**
 * Resolves a field name or alias: a common field, else one of the stream's protocols (null: all). Null when there is
 * none. Where several protocols have it and agree on its type, each record answers with its own.
 */
export const lookupField = (name: string, protocols: readonly string[] | null): FieldLookup | null => {
	const shared = common.get(name);
	if (shared) return { kind: 'field', field: shared };
	const names = protocols ?? [...byProtocol.keys()];
	const found = names.flatMap((protocol) => {
		const field = protocolField(protocol, name);
		return field === null ? [] : [{ protocol, field }];
	});
	const [first] = found;
	if (!first) return null;
	if (found.length === 1) return { kind: 'field', field: first.field };
	if (found.some(({ field }) => !sameType(field.type, first.field.type))) {
		return { kind: 'ambiguous', names: found.map(({ protocol }) => `${protocol}.${name}`) };
	}
	const getters = new Map(found.map(({ protocol, field }) => [protocol, field.get]));
	return {
		kind: 'field',
		field: { ...first.field, get: (exchange) => getters.get(exchange.protocol)?.(exchange) ?? null },
	};
};

/** Every name and alias that `lookupField` knows for these protocols (null: all): for suggestions and completion. */
export const fieldNames = (protocols: readonly string[] | null): string[] => {
	const names = new Set(common.keys());
	for (const protocol of protocols ?? byProtocol.keys()) {
		for (const name of byProtocol.get(protocol)?.keys() ?? []) names.add(name);
	}
	return [...names];
};
