import type { Value } from '../../exchange/field.ts';
import type { Type } from '../../exchange/type.ts';
import type { WallClock } from '../../exchange/wall-clock.ts';
import { readable } from '../../output/cell.ts';
import { jsonValue } from '../../output/json-value.ts';

/** A value as a text, as JSON has it: a duration in ms, a time in RFC 3339. */
export const textOf = (value: Value, type: Type, clock: () => WallClock): string => {
	if (typeof value === 'string') return value;
	const json = jsonValue(value, type, clock());
	return typeof json === 'object' ? JSON.stringify(json) : String(json);
};

/** A value for reading, as a table shows it: `301.2ms`, `1.2KB`, `03:04:05.123`. */
export const readableText = (value: Value, type: Type, clock: () => WallClock): string =>
	readable(value, type, clock());
