/**
 * What the checker can find wrong with a query, by code; 3xx names, 4xx types, 5xx operators. Codes are never used
 * again for something else: people search for them.
 */
export const QUERY_CODES = {
	CIQ301: 'no such field',
	CIQ302: 'no such operator',
	CIQ303: 'no such function',
	CIQ304: 'no such protocol',
	CIQ305: 'a name with several meanings',
	CIQ306: 'no such flag',
	CIQ307: 'a module that cannot be read',
	CIQ308: 'a definition that needs itself',
	CIQ309: 'a name defined twice',
	CIQ310: 'no such format',
	CIQ311: 'no such parameter',
	CIQ312: 'definitions that grow too large',
	CIQ313: 'no such type',
	CIQ314: 'a name that hides another',
	CIQ401: 'values that cannot be compared',
	CIQ402: 'a number without its unit',
	CIQ403: 'a literal that does not fit its type',
	CIQ404: 'a condition was expected',
	CIQ405: 'an argument of the wrong type',
	CIQ406: 'a regular expression that does not compile',
	CIQ407: 'arithmetic on types that have none',
	CIQ408: 'a comparison that is never true',
	CIQ409: 'a part of a value that has no parts',
	CIQ501: 'not yet supported',
	CIQ502: 'something the operator does not take',
	CIQ503: 'a missing argument',
	CIQ504: 'too many arguments',
	CIQ505: 'an expression without a name',
	CIQ506: 'two columns of one name',
	CIQ507: 'an operator that needs the end of an endless stream',
	CIQ508: 'a window that cannot be',
	CIQ509: 'a source in the wrong place',
	CIQ510: 'an aggregate in the wrong place',
	CIQ511: 'a query that goes on from nothing',
	CIQ512: 'a file that is asked for the time',
} as const;

export type QueryCode = keyof typeof QUERY_CODES;
