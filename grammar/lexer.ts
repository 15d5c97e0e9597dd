import { type IToken, Lexer, type TokenType } from 'chevrotain';
import { describeBadToken, UNCLOSED } from './lexical.ts';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';
import { Bad, MODES, Name, WORDS } from './tokens.ts';

export interface Tokens {
	readonly tokens: readonly IToken[];
	/** The `##` comments, in order. */
	readonly docs: readonly IToken[];
	/** The other comments, in order. */
	readonly comments: readonly IToken[];
	/** Not empty: the text holds something that is no token, and parsing it would misread the rest. */
	readonly problems: readonly Problem[];
}

/** Scripts are typed by people; a longer text is some other file, and each token of it costs about 100 bytes. */
const MAX_LENGTH = 1_000_000;
/** More lexical errors than this say nothing new: the text is not a query. */
const MAX_PROBLEMS = 10;

export const spanOf = (token: IToken): Span => ({
	start: token.startOffset,
	end: token.startOffset + token.image.length,
});

let lexer: Lexer | undefined;
const theLexer = (): Lexer => {
	lexer ??= new Lexer(MODES, { positionTracking: 'onlyOffset', skipValidations: true });
	return lexer;
};

const rename = (token: IToken, type: TokenType): void => {
	token.tokenType = type;
	if (type.tokenTypeIdx !== undefined) token.tokenTypeIdx = type.tokenTypeIdx;
};

const isBad = (token: IToken): boolean => token.tokenType.CATEGORIES?.includes(Bad) ?? false;

/** Cuts a text into tokens. Every character belongs to some token, so nothing is skipped in silence. */
export function tokenize(text: string): Tokens {
	if (text.length > MAX_LENGTH) {
		const message = `this text has ${text.length} characters; a query has at most ${MAX_LENGTH}`;
		return { tokens: [], docs: [], comments: [], problems: [{ code: 'CIQ100', message, span: { start: 0, end: 0 } }] };
	}
	const { tokens, groups } = theLexer().tokenize(text);
	const problems: Problem[] = [];
	for (const token of tokens) {
		if (token.tokenType === Name) {
			const word = WORDS.get(token.image);
			if (word !== undefined) rename(token, word);
		} else if (isBad(token)) {
			const problem = describeBadToken(token, text);
			if (problem !== null) problems.push(problem);
			// What follows an open quote is not what it seems.
			if (problems.length === MAX_PROBLEMS || problems.at(-1)?.code === UNCLOSED) break;
		}
	}
	return { tokens, docs: groups.docs ?? [], comments: groups.comments ?? [], problems };
}
