import type { TypeName, Value } from '../field.ts';

const NS_PER_MS = 1e6;

/** A value of the JSON document as the language has it: durations, in ms there, are ns. */
export const fromDocument = (value: Value, type: TypeName): Value =>
	type === 'duration' && typeof value === 'number' ? Math.round(value * NS_PER_MS) : value;
