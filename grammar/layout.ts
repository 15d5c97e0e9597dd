import { type IToken, type TokenType, tokenMatcher } from 'chevrotain';
import {
	Assign,
	CLAUSES,
	CloseBrace,
	CloseBracket,
	CloseParen,
	Colon,
	Comma,
	Dot,
	FormatEnd,
	FormatStart,
	Infix,
	NameLike,
	Newline,
	OpenBrace,
	OpenBracket,
	OpenParen,
	Pipe,
	Semicolon,
	Word,
	word,
} from './tokens.ts';

/** The tokens of one statement, without the newlines that mean nothing. */
export interface StatementTokens {
	readonly tokens: IToken[];
	/** The `;` or newline behind it; null at the end of the text. */
	readonly end: IToken | null;
}

export const OPENERS: ReadonlyMap<TokenType, TokenType> = new Map([
	[OpenParen, CloseParen],
	[OpenBracket, CloseBracket],
	[OpenBrace, CloseBrace],
	[FormatStart, FormatEnd],
]);
export const CLOSERS: ReadonlySet<TokenType> = new Set(OPENERS.values());

const UNFINISHED: ReadonlySet<TokenType> = new Set([
	...[Pipe, Comma, Assign, Colon, Dot, OpenParen, OpenBracket, OpenBrace, FormatStart, word('not')],
	...CLAUSES,
]);

/** Whether a token is of a type or of a type in that category. */
export const isKind = (token: IToken | undefined, type: TokenType): boolean =>
	token !== undefined && tokenMatcher(token, type);

/** Whether a statement can end with these tokens. Behind a dot every word is a name. */
function canEnd(tokens: readonly IToken[]): boolean {
	const last = tokens.at(-1);
	if (last === undefined) return false;
	if (tokens.at(-2)?.tokenType === Dot && isKind(last, Word)) return true;
	return !UNFINISHED.has(last.tokenType) && !isKind(last, Infix);
}

const canBeginStatement = (token: IToken): boolean => isKind(token, NameLike);

/**
 * Splits the tokens of a text into statements at `;` and at each newline that ends one. Newlines inside ( ) and [ ] mean
 * nothing, nor does one after a token that cannot end a statement or before one that cannot begin one: a line that
 * starts with `|` or `where` goes on with the line before. In a block a newline stays, so that a missing `|` is found.
 */
export function statementsOf(tokens: readonly IToken[]): StatementTokens[] {
	const statements: StatementTokens[] = [];
	let current: IToken[] = [];
	let newline: IToken | null = null;
	const open: TokenType[] = [];
	const finish = (end: IToken | null) => {
		if (current.length > 0) statements.push({ tokens: current, end });
		current = [];
		newline = null;
	};
	for (const token of tokens) {
		if (token.tokenType === Newline) {
			newline ??= token;
			continue;
		}
		if (token.tokenType === Semicolon && !open.includes(OpenBrace)) {
			open.length = 0;
			finish(token);
			continue;
		}
		const enclosing = open.at(-1);
		if (newline !== null && canEnd(current) && canBeginStatement(token)) {
			if (enclosing === undefined) finish(newline);
			else if (enclosing === OpenBrace) current.push(newline);
		}
		newline = null;
		current.push(token);
		if (OPENERS.has(token.tokenType)) open.push(token.tokenType);
		else if (enclosing !== undefined && OPENERS.get(enclosing) === token.tokenType) open.pop();
	}
	finish(null);
	return statements;
}
