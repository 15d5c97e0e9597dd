import type { TypeName, Value } from '../../exchange/field.ts';
import type { WallClock } from '../../output/clock.ts';
import { duration, size } from '../../output/units.ts';

/** A value as a text, a time as in JSON: RFC 3339. */
export const textOf = (value: Value, type: TypeName, clock: () => WallClock): string => {
	if (type === 'time' && typeof value === 'number') return clock().rfc3339(value);
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

/** A value for reading, as a table shows it: `301.2ms`, `1.2KB`, `03:04:05.123`. */
export const readableText = (value: Value, type: TypeName, clock: () => WallClock): string => {
	if (typeof value === 'number') {
		if (type === 'duration') return duration(value);
		if (type === 'size') return size(value);
		if (type === 'time') return clock().timeOfDay(value);
	}
	return textOf(value, type, clock);
};
