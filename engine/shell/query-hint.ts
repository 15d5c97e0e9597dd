/** Words that queries begin with, but for those that are commands too. */
const QUERY_WORDS: ReadonlySet<string> = new Set(['explain', 'from', 'conns', 'pending']);

/** What was meant, where the words of a command line are those of a query; else empty. */
export const queryHint = (words: readonly string[]): string =>
	/[\s|]/.test(words[0] ?? '') || QUERY_WORDS.has(words[0] ?? '')
		? `; a query is given as -e '${words.join(' ').replaceAll("'", '"')}'`
		: '';
