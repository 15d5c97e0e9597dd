import { HASH } from './digest.ts';
import { readableText } from './format.ts';
import type { ScalarFunction } from './function.ts';
import { text } from './text.ts';

/** Characters at the end that stay readable when nothing is said. */
const SHOWN = 4;

/** How values are shown, or hidden. */
export const SHOW_FUNCTIONS: readonly ScalarFunction[] = [
	HASH,
	{
		name: 'mask',
		doc: 'The text with stars in place of all but its last characters (4); one that has no more is shown whole',
		example: 'mask(req.headers.authorization)',
		parameters: [
			{ name: 'text', types: ['string', 'ip'] },
			{ name: 'shown', types: ['int'], optional: true },
		],
		result: 'string',
		apply: ([value, shown]) => {
			const characters = [...text(value)];
			const hidden = Math.max(0, characters.length - (typeof shown === 'number' ? Math.max(0, shown) : SHOWN));
			return '*'.repeat(hidden) + characters.slice(hidden).join('');
		},
	},
	{
		name: 'fmt',
		doc: 'The value as a table shows it: a duration as "301.2ms", a size as "1.2KB", also in lists',
		example: 'fmt(latency)',
		parameters: [{ name: 'value', types: [] }],
		result: 'string',
		applyTo:
			([type = 'any'], clock) =>
			([value = null]) =>
				readableText(value, type, clock),
	},
];
