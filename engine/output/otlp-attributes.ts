import type { Value, ValueMap } from '../exchange/field.ts';
import type { Json } from './json-value.ts';

/** AnyValue of opentelemetry/proto/common/v1/common.proto; of nothing it is empty. */
function anyValue(value: Value): Json {
	if (value === null) return {};
	if (typeof value === 'string') return { stringValue: value };
	if (typeof value === 'boolean') return { boolValue: value };
	if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
	if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
	return { kvlistValue: { values: attributesOf(value as ValueMap) } };
}

/** Key-value pairs of what is known. */
export const attributesOf = (values: Readonly<Record<string, Value>>): Json[] =>
	Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: anyValue(value) }]));

export const SCOPE = { name: 'claudeinsight' } as const;
