/** Words that cannot name a field or an operator unless they stand in backquotes. */
export const HARD_WORDS = [
	'by',
	'where',
	'on',
	'every',
	'over',
	'within',
	'for',
	'as',
	'and',
	'or',
	'not',
	'in',
	'contains',
	'startswith',
	'endswith',
	'like',
	'true',
	'false',
	'null',
] as const;

/** Words that mean something in one position and are ordinary names elsewhere. */
export const SOFT_WORDS = ['let', 'fn', 'op', 'param', 'use', 'explain', 'asc', 'desc'] as const;

/** Hard words that open a clause of a stage. */
export const CLAUSE_WORDS = ['by', 'where', 'on', 'every', 'over', 'within', 'for', 'as'] as const;

/** Hard words that stand between two operands. */
export const INFIX_WORDS = ['and', 'or', 'in', 'contains', 'startswith', 'endswith', 'like'] as const;

export const CONSTANT_WORDS = ['true', 'false', 'null'] as const;
