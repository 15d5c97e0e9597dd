import type { Value, ValueMap } from '../exchange/field.ts';
import type { Json } from './json-value.ts';

/** Beyond, an integer is a double: its digits would be an exponent's, which is no int64 of JSON. */
const isInt64 = (value: number): boolean => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

/** AnyValue of opentelemetry/proto/common/v1/common.proto; of nothing it is empty. */
function anyValue(value: Value): Json {
	if (value === null) return {};
	if (typeof value === 'string') return { stringValue: value };
	if (typeof value === 'boolean') return { boolValue: value };
	if (typeof value === 'number') return isInt64(value) ? { intValue: String(BigInt(value)) } : { doubleValue: value };
	if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
	return { kvlistValue: { values: attributesOf(value as ValueMap) } };
}

/** Key-value pairs of what is known. */
export const attributesOf = (values: Readonly<Record<string, Value>>): Json[] =>
	Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [{ key, value: anyValue(value) }]));

export const SCOPE = { name: 'claudeinsight' } as const;
