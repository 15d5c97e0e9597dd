import { viewNames } from '../query/views/names.ts';
import { isClassicCommand } from './classic.ts';

/** Words that queries begin with, but for those that are commands too. */
const QUERY_WORDS: ReadonlySet<string> = new Set(['explain', 'from', 'conns', 'pending']);

/** What was meant, where the words of a command line are those of a query; else empty. */
export const queryHint = (words: readonly string[]): string => {
	const [first = ''] = words;
	if (/[\s|]/.test(first) || QUERY_WORDS.has(first))
		return `; a query is given as -e '${words.join(' ').replaceAll("'", '"')}'`;
	const isView = !isClassicCommand(first) && viewNames().includes(first);
	return isView ? `; ${first} is a view: claudeinsight -e 'watch http | ${first}'` : '';
};
