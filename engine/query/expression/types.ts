import { printExpr } from '../../../grammar/print.ts';
import { listOf, mapOf, nameOf, partType, recordOf, type Type, type TypeName, tupleOf } from '../../exchange/type.ts';
import type { Ir } from './ir.ts';

/** Types whose values are numbers at run time; units exist only while a query is checked. */
const NUMERIC: ReadonlySet<Type> = new Set(['int', 'float', 'duration', 'size', 'time']);
/** Types whose values are strings at run time. */
const TEXTUAL: ReadonlySet<Type> = new Set(['string', 'ip']);
const UNORDERED: ReadonlySet<TypeName> = new Set(['bool', 'ip', 'cidr', 'list', 'map', 'record', 'regex']);

export const isNumeric = (type: Type): boolean => NUMERIC.has(type);
export const isTextual = (type: Type): boolean => TEXTUAL.has(type);
export const isPlainNumber = (type: Type): boolean => type === 'int' || type === 'float';
/** Has `<`: numbers of any unit, text, and what is not known before run time. */
export const isOrdered = (type: Type): boolean => !UNORDERED.has(nameOf(type));
/** `any` and `null` go with everything: their values are looked at when they are there. */
export const isOpen = (type: Type): boolean => type === 'any' || type === 'null';

/** Whether `==` between the two can ever make sense. A size is a count of bytes, so a bare number fits it. */
export const comparable = (a: Type, b: Type): boolean =>
	nameOf(a) === nameOf(b) || isOpen(a) || isOpen(b) || (isBytes(a) && isBytes(b));

const isBytes = (type: Type): boolean => isPlainNumber(type) || type === 'size';

/** The type of a value that is one or the other. */
export const unify = (a: Type, b: Type): Type => {
	if (a === b || b === 'null') return a;
	if (a === 'null') return b;
	if (isPlainNumber(a) && isPlainNumber(b)) return 'float';
	if (isBytes(a) && isBytes(b)) return 'size';
	if (nameOf(a) !== nameOf(b)) return 'any';
	return typeof a === 'string' || typeof b === 'string' ? nameOf(a) : (unifyParts(a, b) ?? nameOf(a));
};

/** Of two lists, of two maps, or of two records with the same members. */
const unifyParts = (a: Exclude<Type, TypeName>, b: Exclude<Type, TypeName>): Type | null => {
	if ('record' in a || 'record' in b) {
		if (!('record' in a && 'record' in b) || a.record.size !== b.record.size) return null;
		const members = [...a.record].map(([name, type]) => [name, unify(type, partType(b, name))] as const);
		return members.every(([name]) => b.record.has(name)) ? recordOf(members) : null;
	}
	if ('map' in a && 'map' in b) return mapOf(unify(a.map, b.map));
	if ('tuple' in a && 'tuple' in b && a.tuple.length === b.tuple.length)
		return tupleOf(a.tuple.map((type, at) => unify(type, partType(b, at))));
	return listOf(unify(elementType(a), elementType(b)));
};

/** What any element of a list is. */
export const elementType = (list: Type): Type =>
	typeof list === 'object' && 'tuple' in list ? list.tuple.reduce(unify, 'null') : partType(list, 0);

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
export const inWords = (type: Type): string => ARTICLES[nameOf(type)] ?? `a ${nameOf(type)}`;

/** "`digits` is a whole number, and `1.5` is none": for a value of a type that is not taken. */
export const unfitting = (name: string, types: readonly TypeName[], { type, kind, node }: Ir): string => {
	const whole = types.includes('int') && !types.includes('float');
	const wanted = [...new Set(types.map((one) => (whole && one === 'int' ? 'a whole number' : inWords(one))))].join(
		' or ',
	);
	if (!whole || type !== 'float') return `\`${name}\` is ${wanted}, and this is ${inWords(type)}`;
	return `\`${name}\` is ${wanted}, and \`${printExpr(node)}\` ${kind === 'constant' ? 'is' : 'may be'} none`;
};

/** What reads a text as a value of the other type: query parameters and headers are texts, whatever they hold. */
export const readAs = ({ type, kind, node }: Ir, wanted: Type): string | null => {
	if (type !== 'string' || kind === 'constant') return null;
	const name = isPlainNumber(wanted) ? nameOf(wanted) : wanted === 'cidr' || wanted === 'ip' ? 'ip' : null;
	return name === null ? null : `write \`${name}(${printExpr(node)})\``;
};
