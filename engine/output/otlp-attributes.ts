import type { Value } from '../exchange/field.ts';
import type { Json } from './json-value.ts';

function anyValue(value: Value): Json {
	if (typeof value === 'boolean') return { boolValue: value };
	if (typeof value !== 'number') return { stringValue: String(value) };
	return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Key-value pairs of what is known. */
export const attributesOf = (values: Readonly<Record<string, Value>>): Json[] =>
	Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: anyValue(value) }]));

export const SCOPE = { name: 'claudeinsight' } as const;
