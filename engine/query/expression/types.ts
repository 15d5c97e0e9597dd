import type { TypeName } from '../../exchange/field.ts';

/** Types whose values are numbers at run time; units exist only while a query is checked. */
const NUMERIC: ReadonlySet<TypeName> = new Set(['int', 'float', 'duration', 'size', 'time']);
/** Types whose values are strings at run time. */
const TEXTUAL: ReadonlySet<TypeName> = new Set(['string', 'ip']);
const UNORDERED: ReadonlySet<TypeName> = new Set(['bool', 'ip', 'cidr', 'list', 'map', 'record', 'regex']);

export const isNumeric = (type: TypeName): boolean => NUMERIC.has(type);
export const isTextual = (type: TypeName): boolean => TEXTUAL.has(type);
export const isPlainNumber = (type: TypeName): boolean => type === 'int' || type === 'float';
/** Has `<`: numbers of any unit, text, and what is not known before run time. */
export const isOrdered = (type: TypeName): boolean => !UNORDERED.has(type);
/** `any` and `null` go with everything: their values are looked at when they are there. */
export const isOpen = (type: TypeName): boolean => type === 'any' || type === 'null';

/** Whether `==` between the two can ever make sense. A size is a count of bytes, so a bare number fits it. */
export const comparable = (a: TypeName, b: TypeName): boolean =>
	a === b || isOpen(a) || isOpen(b) || (isBytes(a) && isBytes(b));

const isBytes = (type: TypeName): boolean => isPlainNumber(type) || type === 'size';

/** The type of a value that is one or the other. */
export const unify = (a: TypeName, b: TypeName): TypeName => {
	if (a === b || b === 'null') return a;
	if (a === 'null') return b;
	if (isPlainNumber(a) && isPlainNumber(b)) return 'float';
	if (isBytes(a) && isBytes(b)) return 'size';
	return 'any';
};

const ARTICLES: Partial<Record<TypeName, string>> = {
	int: 'a number',
	float: 'a number',
	ip: 'an address',
	cidr: 'a network',
	any: 'a value',
	null: 'null',
	bool: 'a condition',
	regex: 'a regular expression',
};

/** "a duration", "a number": for messages. */
export const inWords = (type: TypeName): string => ARTICLES[type] ?? `a ${type}`;
