import type { IToken } from 'chevrotain';
import type { Node } from './ast.ts';
import { CLOSERS, OPENERS } from './layout.ts';
import { spanOf } from './lexer.ts';
import type { Problem } from './problem.ts';

/** Brackets within brackets. The parser recurses for each: Node's stack of 984 KB overflows at about 270. */
const MAX_NESTING = 64;
/** Nodes above one another, so that whoever walks a tree may recurse: `a + a + …` is as deep as it is long. */
const MAX_DEPTH = 1000;

/** Finds brackets that are nested too deeply, before the parser follows them. */
export function findDeepNesting(tokens: readonly IToken[]): Problem | null {
	let depth = 0;
	for (const token of tokens) {
		if (CLOSERS.has(token.tokenType)) depth -= 1;
		if (!OPENERS.has(token.tokenType)) continue;
		depth += 1;
		if (depth > MAX_NESTING) {
			const message = `brackets are nested more than ${MAX_NESTING} deep`;
			return { code: 'CIQ210', message, span: spanOf(token), label: 'give the inner part a name with `let`' };
		}
	}
	return null;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'span' in value;

/** The nodes directly below a node; also those in the plain objects and lists between. */
function* childrenOf(value: object): Generator<Node> {
	for (const child of Object.values(value)) {
		if (isNode(child)) yield child;
		else if (typeof child === 'object' && child !== null) yield* childrenOf(child);
	}
}

/** Finds a tree that is too deep. A tree has at most one level per token, so short statements are not walked. */
export function findDeepTree(tree: Node, tokens: readonly IToken[]): Problem | null {
	if (tokens.length <= MAX_DEPTH) return null;
	let level: Node[] = [tree];
	for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
		level = level.flatMap((node) => [...childrenOf(node)]);
		if (level.length === 0) return null;
	}
	return {
		code: 'CIQ210',
		message: `an expression joins more than ${MAX_DEPTH} parts`,
		span: level[0]?.span ?? tree.span,
		label: 'a list is shorter: `pid in [1, 2, 3]`',
	};
}
