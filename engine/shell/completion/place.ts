import type { IToken } from 'chevrotain';
import { CLOSERS, isKind, OPENERS } from '../../../grammar/layout.ts';
import { spanOf, tokenize } from '../../../grammar/lexer.ts';
import {
	CloseBracket,
	CloseParen,
	Flag,
	Infix,
	Literal,
	OpenBrace,
	Pipe,
	Quoted,
	Semicolon,
	Word,
} from '../../../grammar/tokens.ts';
import { CLAUSE_WORDS } from '../../../grammar/words.ts';

/** Where the cursor stands in a query that is being typed. */
export interface Place {
	/** The word that is being typed; empty behind a blank. */
	readonly partial: string;
	/** The operator of its stage; null where the operator itself is due. */
	readonly operator: string | null;
	/** The stage is the first of its pipeline. */
	readonly first: boolean;
	/** The stages before it, as text. */
	readonly before: string;
	/** The tokens of the stage behind its operator, without what is being typed. */
	readonly tokens: readonly string[];
	/** The clause that the cursor stands in: the last of its words behind the operator. */
	readonly clause: string | null;
	/** A value ends right before the cursor, so that something must join what follows. */
	readonly behindValue: boolean;
}

const PARTIAL = /(?:--[\w-]*|\w*)$/;
const CLAUSES: ReadonlySet<string> = new Set(CLAUSE_WORDS);

/** Index of the token behind the `|`, `{` or `;` that the stage at the end begins with. */
function stageStart(tokens: readonly IToken[]): number {
	let depth = 0;
	for (let at = tokens.length - 1; at >= 0; at -= 1) {
		const { tokenType } = tokens[at];
		if (CLOSERS.has(tokenType)) depth += 1;
		else if (depth > 0 && OPENERS.has(tokenType)) depth -= 1;
		else if (depth === 0 && (tokenType === Pipe || tokenType === Semicolon || tokenType === OpenBrace)) return at + 1;
	}
	return 0;
}

/** A pipeline is completed behind `explain` as anywhere; before it stand the flags of `explain` itself. */
function withoutExplain(tokens: readonly IToken[], partial: string): readonly IToken[] {
	if (tokens[0]?.image !== 'explain') return tokens;
	const start = tokens.findIndex((token, at) => at > 0 && !isKind(token, Flag));
	if (start === -1 && partial.startsWith('--')) return tokens;
	return start === -1 ? [] : tokens.slice(start);
}

const endsValue = (token: IToken | undefined): boolean =>
	token !== undefined &&
	!isKind(token, Infix) &&
	token.image !== 'not' &&
	!CLAUSES.has(token.image) &&
	[Word, Literal, Quoted, CloseParen, CloseBracket].some((type) => isKind(token, type));

/** Reads what stands before the cursor. Null inside a string or where the text is no query. */
export function placeOf(line: string): Place | null {
	const partial = PARTIAL.exec(line)?.[0] ?? '';
	const typed = line.slice(0, line.length - partial.length);
	const { tokens, problems } = tokenize(typed);
	if (problems.length > 0) return null;
	const start = stageStart(tokens);
	const [head, ...rest] = withoutExplain(tokens.slice(start), partial);
	const boundary = tokens[start - 1];
	const images = rest.map(({ image }) => image);
	const last = rest.at(-1);
	return {
		partial,
		operator: head?.image ?? null,
		first: boundary?.tokenType !== Pipe,
		before: boundary?.tokenType === Pipe ? pipelineBefore(typed, tokens.slice(0, start - 1)) : '',
		tokens: images,
		clause: images.findLast((image) => CLAUSES.has(image)) ?? null,
		behindValue: endsValue(last),
	};
}

/** The text of the stages before the last one, from the beginning of their pipeline. */
function pipelineBefore(text: string, tokens: readonly IToken[]): string {
	const last = tokens.at(-1);
	if (last === undefined) return '';
	let depth = 0;
	const opening = tokens.findLast(({ tokenType }) => {
		if (CLOSERS.has(tokenType)) depth += 1;
		else if (OPENERS.has(tokenType)) depth -= 1;
		return depth < 0 || (depth === 0 && tokenType === Semicolon);
	});
	return text.slice(opening === undefined ? 0 : spanOf(opening).end, spanOf(last).end);
}
