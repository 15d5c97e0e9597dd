import type { IToken } from 'chevrotain';
import { isKind } from './layout.ts';
import type { Around } from './misreading.ts';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';
import { Assign, Dot, Infix, Literal, NameLike, Word } from './tokens.ts';

/** Where the grammar could not go on with a statement. */
export interface Failure {
	readonly text: string;
	readonly tokens: readonly IToken[];
	/** Index of the token that does not fit; `tokens.length` when the statement is too short. */
	readonly index: number;
	/** What the grammar expected, in words; empty when there is no word for it. */
	readonly expected: string;
	/** The statement ends where the text ends, so that more could still come. */
	readonly atEndOfText: boolean;
}

/** A failure with what stands around the token that does not fit. */
export interface FailureAround extends Failure, Around {}

/** What to say about a failure, when it is one that this rewrite knows; at the token itself when it gives no span. */
export type Rewrite = (around: FailureAround) => (Omit<Problem, 'span'> & { readonly span?: Span }) | null;

/** The name at `index`, for a proposal that uses it. */
export const nameAt = (tokens: readonly IToken[], index: number, otherwise: string): string => {
	const token = tokens[index];
	return token !== undefined && isKind(token, NameLike) ? token.image : otherwise;
};

/** Whether a token is a word that cannot be a name. */
export const isKeyword = (token: IToken | undefined): token is IToken =>
	isKind(token, Word) && !isKind(token, NameLike);

/** The word in `by = 1`, where the grammar stopped at either; null where it is none, or means what it says. */
export const keywordBeforeEquals = ({ token, previous, next, tokens, index, place }: FailureAround): IToken | null => {
	if (isKind(next, Assign) && isKeyword(token)) return token;
	if (token.tokenType !== Assign || !isKeyword(previous) || tokens[index - 2]?.tokenType === Dot) return null;
	// Behind an operand `in` joins two, and in a condition `true = failed` compares.
	const isMeant = isKind(previous, Infix) || (isKind(previous, Literal) && place.clause === 'where');
	return isMeant ? null : previous;
};
