import type { Value } from '../../exchange/field.ts';
import { listOf } from '../../exchange/type.ts';
import type { ScalarFunction } from './function.ts';

/** What JSON brought as a list or a record is its JSON here, as for `str`. */
export const text = (value: Value | undefined): string =>
	typeof value === 'object' ? JSON.stringify(value) : String(value);
/** What UTF-16 keeps as two units: one character, as in patterns and in `like`. */
const PAIRS = /[\ud800-\udbff][\udc00-\udfff]/g;

/** Where the empty text is found: between characters. */
const BETWEEN = /(?:)/gu;

const lengthOf = (value: string): number => value.length - (value.match(PAIRS)?.length ?? 0);

const TEXT = { name: 'text', types: ['string', 'ip'] } as const;

export const TEXT_FUNCTIONS: readonly ScalarFunction[] = [
	{
		name: 'len',
		doc: 'Characters of a text, or elements of a list',
		example: 'len(path)',
		parameters: [{ name: 'value', types: ['string', 'list'] }],
		result: 'int',
		apply: ([value]) => {
			if (typeof value === 'string') return lengthOf(value);
			return Array.isArray(value) ? value.length : null;
		},
	},
	{
		name: 'lower',
		doc: 'The text in lower case',
		example: 'lower(host)',
		parameters: [TEXT],
		result: 'string',
		apply: ([value]) => text(value).toLowerCase(),
	},
	{
		name: 'upper',
		doc: 'The text in upper case',
		example: 'upper(method)',
		parameters: [TEXT],
		result: 'string',
		apply: ([value]) => text(value).toUpperCase(),
	},
	{
		name: 'trim',
		doc: 'The text without blanks at its ends',
		example: 'trim(user_agent)',
		parameters: [TEXT],
		result: 'string',
		apply: ([value]) => text(value).trim(),
	},
	{
		name: 'replace',
		doc: 'The text with every occurrence of one string replaced by another',
		example: 'replace(path, "/api", "")',
		parameters: [TEXT, { name: 'search', types: ['string'] }, { name: 'with', types: ['string'] }],
		result: 'string',
		apply: ([value, search, instead]) =>
			text(value).replaceAll(search === '' ? BETWEEN : text(search), () => text(instead)),
	},
	{
		name: 'split',
		doc: 'The parts of a text between separators',
		example: 'split(path, "/")',
		parameters: [TEXT, { name: 'separator', types: ['string'] }],
		result: listOf('string'),
		apply: ([value, separator]) => (separator === '' ? [...text(value)] : text(value).split(text(separator))),
	},
];
