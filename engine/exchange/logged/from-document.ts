import { NS_PER_MS } from '../../nanoseconds.ts';
import type { Value, ValueMap } from '../field.ts';
import { partType, type Type } from '../type.ts';

/** A value of the JSON document as the language has it: durations, in ms there, are ns. */
export const fromDocument = (value: Value, type: Type): Value => {
	if (type === 'duration') return typeof value === 'number' ? Math.round(value * NS_PER_MS) : value;
	if (typeof type === 'string' || typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map((item: Value, at) => fromDocument(item, partType(type, at)));
	const members = Object.entries(value as ValueMap);
	return Object.fromEntries(members.map(([name, item]) => [name, fromDocument(item, partType(type, name))]));
};
