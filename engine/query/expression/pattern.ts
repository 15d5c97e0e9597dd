/*
 * Tests of a text against a constant pattern. User patterns run on a linear-time engine (RE2): with backtracking,
 * `(a+)+$` against 26 characters takes more than a second. A pattern without metacharacters, as most are, becomes a
 * plain string search.
 */
export type TextTest = (text: string) => boolean;

type Re2 = typeof import('re2js');
let re2: Re2 | null = null;

/** Loads the engine; to be awaited before `compilePattern` meets a pattern that `needsEngine`. */
export const loadPatternEngine = async (): Promise<void> => {
	re2 ??= await import('re2js');
};

const METACHARACTER = /[\\^$.*+?()[\]{}|]/;

interface Literal {
	readonly text: string;
	readonly fromStart: boolean;
	readonly toEnd: boolean;
}

/** `^/api/v1$` and the like; null when the pattern is more than that. */
const asLiteral = (pattern: string): Literal | null => {
	const fromStart = pattern.startsWith('^');
	const toEnd = pattern.endsWith('$') && !pattern.endsWith('\\$');
	const body = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
	let text = '';
	for (let at = 0; at < body.length; at++) {
		const char = body[at]!;
		if (char === '\\' && /[^\p{L}\p{N}]/u.test(body[at + 1] ?? 'x')) text += body[++at];
		else if (METACHARACTER.test(char)) return null;
		else text += char;
	}
	return { text, fromStart, toEnd };
};

export const needsEngine = (pattern: string): boolean => asLiteral(pattern) === null;

/** An unanchored match. Throws an Error in words for a pattern that is wrong or needs backtracking. */
export const compilePattern = (pattern: string): TextTest => {
	const literal = asLiteral(pattern);
	if (literal !== null) return literalTest(literal);
	if (re2 === null) throw new Error('the regular expression engine is not loaded');
	const compiled = re2.RE2JS.compile(pattern);
	return (text) => compiled.test(text);
};

const literalTest = ({ text, fromStart, toEnd }: Literal): TextTest => {
	if (fromStart && toEnd) return (subject) => subject === text;
	if (fromStart) return (subject) => subject.startsWith(text);
	if (toEnd) return (subject) => subject.endsWith(text);
	return (subject) => subject.includes(text);
};

/** SQL's LIKE: `%` is any text, `_` one character, `\` takes the next as it stands. */
export const compileLike = (pattern: string): TextTest => {
	const pieces: string[] = [];
	const regex = /\\(.)|([%_])|([^\\%_]+|\\)/gsu;
	for (const [, escaped, wildcard, plain] of pattern.matchAll(regex)) {
		if (wildcard !== undefined) pieces.push(wildcard === '%' ? '.*' : '.');
		else pieces.push((escaped ?? plain ?? '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
	}
	return compilePattern(simplifyEnds(pieces));
};

/** `%` at an end is the lack of an anchor, so that the common patterns stay plain searches. */
const simplifyEnds = (pieces: readonly string[]): string => {
	const open = pieces[0] === '.*';
	const ends = pieces.length > (open ? 1 : 0) && pieces.at(-1) === '.*';
	const body = pieces.slice(open ? 1 : 0, ends ? -1 : undefined).join('');
	const pattern = `${open ? '' : '^'}${body}${ends ? '' : '$'}`;
	return asLiteral(pattern) === null ? `(?s)${pattern}` : pattern;
};

export interface Extractor {
	/** How many groups the pattern has besides the whole match, which is group 0. */
	readonly groups: number;
	readonly extract: (text: string, group: number) => string | null;
}

/** What a pattern's groups match; needs the engine. Throws as `compilePattern` does. */
export const compileExtractor = (pattern: string): Extractor => {
	if (re2 === null) throw new Error('the regular expression engine is not loaded');
	const compiled = re2.RE2JS.compile(pattern);
	return {
		groups: compiled.groupCount(),
		extract: (text, group) => {
			const matcher = compiled.matcher(text);
			return matcher.find() ? (matcher.group(group) ?? null) : null;
		},
	};
};

/** The named groups of a pattern with their numbers, or why it does not compile; needs the engine. */
export const patternGroups = (
	pattern: string,
): { readonly names: ReadonlyMap<string, number> } | { readonly refused: string } => {
	if (re2 === null) throw new Error('the regular expression engine is not loaded');
	try {
		return { names: new Map(Object.entries(re2.RE2JS.compile(pattern).namedGroups())) };
	} catch (error) {
		return { refused: patternFault(error) };
	}
};

/** The engine's own words for what is wrong with a pattern. */
export const patternFault = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error)).replace(/^error parsing regexp: /, '');
