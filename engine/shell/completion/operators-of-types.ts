import type { TypeName } from '../../exchange/type.ts';

const EQUALITY = ['==', '!=', 'in', 'not in', '??'];
const ORDER = [...EQUALITY, '<', '<=', '>', '>='];
const TEXT = [...EQUALITY, '~', '!~', 'contains', 'startswith', 'endswith', 'like'];
const NUMBER = [...ORDER, '+', '-', '*', '/', '%'];

/** What may stand behind a value of a type. */
const OPERATORS: Readonly<Partial<Record<TypeName, readonly string[]>>> = {
	bool: ['and', 'or', '==', '!='],
	int: NUMBER,
	float: NUMBER,
	duration: NUMBER,
	size: NUMBER,
	time: [...ORDER, '+', '-'],
	string: TEXT,
	ip: EQUALITY,
	record: ['~', '!=', '=='],
	list: ['==', '!='],
	map: ['==', '!='],
};

const ANY = [...new Set([...TEXT, ...NUMBER])];

export const operatorsOf = (type: TypeName): readonly string[] => OPERATORS[type] ?? ANY;
