/** Names of the language's types (section 5 of docs/language.md). Durations are ns, sizes bytes, times ns since the start of the capture. */
export type TypeName =
	| 'bool'
	| 'int'
	| 'float'
	| 'string'
	| 'duration'
	| 'size'
	| 'ip'
	| 'cidr'
	| 'time'
	| 'regex'
	| 'list'
	| 'map'
	| 'record'
	| 'any'
	| 'null';

/**
 * A type: its name where that says all, or what is known of its parts: a list of elements of one type, a list with a type
 * for each place, a map of parts of one type, a record with a type for each member. Values do not tell: a duration in a list is a number.
 */
export type Type =
	| TypeName
	| { readonly list: Type }
	| { readonly tuple: readonly Type[] }
	| { readonly map: Type }
	| { readonly record: ReadonlyMap<string, Type> };

/** Of a type with more parts only the name is kept: `select x = [x, 1, x]`, again and again, would double them each time. */
const MAX_PARTS = 1000;

const partsOf = (type: Type): readonly Type[] => {
	if (typeof type === 'string') return [];
	if ('list' in type) return [type.list];
	if ('map' in type) return [type.map];
	return 'tuple' in type ? type.tuple : [...type.record.values()];
};

const countParts = (type: Type): number => partsOf(type).reduce((sum, part) => sum + countParts(part), 1);

const bounded = (type: Type): Type => (countParts(type) > MAX_PARTS ? nameOf(type) : type);

export const listOf = (element: Type): Type => bounded({ list: element });

export const mapOf = (part: Type): Type => bounded({ map: part });

/** The list of values of these types, in this order. */
export const tupleOf = (types: readonly Type[]): Type => {
	const [first = 'null', ...others] = types;
	return others.every((type) => sameType(type, first)) ? listOf(first) : bounded({ tuple: types });
};

export const recordOf = (members: Iterable<readonly [name: string, type: Type]>): Type =>
	bounded({ record: new Map(members) });

/** The name alone: `list` of a list of durations. */
export const nameOf = (type: Type): TypeName => {
	if (typeof type === 'string') return type;
	if ('map' in type) return 'map';
	return 'record' in type ? 'record' : 'list';
};

/** The members of a record, where they are known. */
export const membersOf = (type: Type): ReadonlyMap<string, Type> | null =>
	typeof type === 'object' && 'record' in type ? type.record : null;

/** The type of an element or a member; `any` where it is not known. */
export const partType = (type: Type, part: number | string): Type => {
	if (typeof type === 'string') return 'any';
	if ('list' in type) return type.list;
	if ('map' in type) return type.map;
	if ('record' in type) return type.record.get(String(part)) ?? 'any';
	return (typeof part === 'number' ? type.tuple.at(part) : undefined) ?? 'any';
};

/** All that is known of a type: `list<duration>`, `{value duration, count int}`. */
export const typeText = (type: Type): string => {
	if (typeof type === 'string') return type;
	if ('record' in type)
		return `{${[...type.record].map(([name, member]) => `${name} ${typeText(member)}`).join(', ')}}`;
	if ('map' in type) return `map<${typeText(type.map)}>`;
	if ('tuple' in type) return `list<${type.tuple.map(typeText).join(', ')}>`;
	return type.list === 'any' || type.list === 'null' ? 'list' : `list<${typeText(type.list)}>`;
};

export const sameType = (a: Type, b: Type): boolean => a === b || typeText(a) === typeText(b);
