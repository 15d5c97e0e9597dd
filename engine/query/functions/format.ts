import type { TypeName, Value } from '../../exchange/field.ts';
import { duration, size } from '../../output/units.ts';

/** A value for reading: `301.2ms`, `1.2KB`, a time as its distance from the start of the capture. */
export const textOfValue = (value: Value, type: TypeName): string => {
	if (typeof value === 'number') {
		if (type === 'duration') return duration(value);
		if (type === 'size') return size(value);
		if (type === 'time') return `+${duration(value)}`;
	}
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
