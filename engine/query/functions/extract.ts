import type { Value } from '../../exchange/field.ts';
import { compileExtractor, type Extractor, patternFault } from '../expression/pattern.ts';
import type { ScalarFunction } from './function.ts';
import { text as asText } from './text.ts';

/** A query has a handful of patterns; they are known when it is checked. */
const MAX_COMPILED = 100;
const compiled = new Map<string, Extractor>();

const extractor = (pattern: string): Extractor => {
	const known = compiled.get(pattern);
	if (known !== undefined) return known;
	const made = compileExtractor(pattern);
	if (compiled.size >= MAX_COMPILED) compiled.clear();
	compiled.set(pattern, made);
	return made;
};

const refuse = ([, pattern, group]: readonly (Value | undefined)[]): string | null => {
	if (typeof pattern !== 'string')
		return 'the pattern of `extract` has to be a text that is known before the query runs';
	try {
		const { groups } = extractor(pattern);
		return typeof group === 'number' && group > groups ? `the pattern has no group ${group}` : null;
	} catch (error) {
		return `this regular expression does not compile: ${patternFault(error)}`;
	}
};

export const EXTRACT: ScalarFunction = {
	name: 'extract',
	doc: 'What the first group of a regular expression matched, or the group of the given number; null where nothing matched',
	example: 'extract(path, "/users/([0-9]+)")',
	parameters: [
		{ name: 'text', types: ['string', 'ip'] },
		{ name: 'pattern', types: ['string'] },
		{ name: 'group', types: ['int'], optional: true },
	],
	result: 'string',
	refuse,
	apply: ([text, pattern, group]) => {
		const { groups, extract } = extractor(String(pattern));
		return extract(asText(text), typeof group === 'number' ? group : Math.min(groups, 1));
	},
};
