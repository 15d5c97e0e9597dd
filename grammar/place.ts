import type { IToken } from 'chevrotain';
import { CLOSERS, isKind, OPENERS } from './layout.ts';
import { spanOf } from './lexer.ts';
import {
	CLAUSES,
	CloseBracket,
	CloseParen,
	Dot,
	Flag,
	FormatEnd,
	FormatStart,
	Literal,
	Minus,
	NameLike,
	OpenBrace,
	OpenBracket,
	OpenParen,
	Pipe,
	Word,
	word,
} from './tokens.ts';

/** What surrounds a token, as far as the tokens before it tell. */
export interface Place {
	/** The innermost bracket that is still open. */
	readonly opener: IToken | null;
	/** What stood before that bracket. */
	readonly beforeOpener: IToken | undefined;
	/** The name of the stage. */
	readonly head: IToken | undefined;
	/** The last clause word of the stage: `where`, `by`, … */
	readonly clause: string | null;
}

/** The name of the first stage: `explain` and its flags may stand before it. */
function firstHead(tokens: readonly IToken[]): IToken | undefined {
	if (tokens[0]?.tokenType !== word('explain')) return tokens[0];
	const next = tokens.find((token, index) => index > 0 && token.tokenType !== Flag);
	return isKind(next, Word) ? next : tokens[0];
}

/** The place of each token, and one more for the end. */
export function* placesOf(tokens: readonly IToken[]): Generator<Place> {
	const enclosing: Place[] = [];
	let place: Place = { opener: null, beforeOpener: undefined, head: firstHead(tokens), clause: null };
	for (const [index, token] of tokens.entries()) {
		yield place;
		const next = tokens[index + 1];
		if (token.tokenType === Pipe) place = { ...place, head: next, clause: null };
		else if (CLAUSES.has(token.tokenType) && tokens[index - 1]?.tokenType !== Dot)
			place = { ...place, clause: token.image };
		else if (OPENERS.has(token.tokenType)) {
			enclosing.push(place);
			const inside = { ...place, opener: token, beforeOpener: tokens[index - 1] };
			place = token.tokenType === OpenBrace ? { ...inside, head: next, clause: null } : inside;
		} else if (CLOSERS.has(token.tokenType)) place = enclosing.pop() ?? place;
	}
	yield place;
}

export const touches = (left: IToken | undefined, right: IToken | undefined): boolean =>
	left !== undefined && right !== undefined && spanOf(left).end === right.startOffset;

const ENDS = [Literal, NameLike, CloseParen, CloseBracket, FormatEnd];
const STARTS = [Literal, NameLike, OpenParen, OpenBracket, Dot, FormatStart, Minus, word('not')];

/** Whether an operand can end with this token: the last of `tokens` before `index`. */
export function operandEndsBefore(tokens: readonly IToken[], index: number): boolean {
	const token = tokens[index - 1];
	if (isKind(token, Word) && tokens[index - 2]?.tokenType === Dot) return true;
	return ENDS.some((type) => isKind(token, type));
}

export const operandStartsAt = (tokens: readonly IToken[], index: number): boolean =>
	STARTS.some((type) => isKind(tokens[index], type));
