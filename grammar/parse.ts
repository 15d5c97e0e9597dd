import type { Expr, Node, Program, Statement } from './ast.ts';
import { findDeepNesting, findDeepTree } from './depth.ts';
import type { Diagnostic } from './diagnostic.ts';
import { documentationAbove } from './documentation.ts';
import { type StatementTokens, statementsOf } from './layout.ts';
import { tokenize } from './lexer.ts';
import { findMisreading } from './misread.ts';
import { Parser } from './parser.ts';
import { type Problem, toDiagnostic } from './problem.ts';
import type { SourceText } from './span.ts';
import { describeFailure } from './syntax.ts';
import { Newline } from './tokens.ts';

/** Nobody reads more, and each costs some 200 us: parsing stops here. */
const MAX_DIAGNOSTICS = 20;

/*
 * text → tokens (lexer) → statements (layout) → habits that would be misread (misread) → tree (parser), or the sentence
 * for where the grammar could not go on (syntax).
 */

let instance: Parser | undefined;
/** Built at the first parse: the analysis of the grammar takes some milliseconds. */
const theParser = (): Parser => {
	instance ??= new Parser({ validate: false });
	return instance;
};

type Outcome<T> = { readonly tree: T } | { readonly problems: readonly Problem[] };

/** Reads the tokens of one statement with one rule of the grammar. */
function read<T extends Node>(text: string, { tokens, end }: StatementTokens, rule: (parser: Parser) => T): Outcome<T> {
	const early = findDeepNesting(tokens) ?? findMisreading(tokens);
	if (early !== null) return { problems: [early] };
	const parser = theParser();
	parser.begin(tokens);
	const tree = rule(parser);
	const [error] = parser.errors;
	if (error !== undefined) {
		const found = tokens.indexOf(error.token);
		const index = found === -1 ? tokens.length : found;
		return { problems: [describeFailure({ text, tokens, index, expected: error.message, atEndOfText: end === null })] };
	}
	if (parser.problems.length > 0) return { problems: parser.problems };
	const deep = findDeepTree(tree, tokens);
	return deep === null ? { tree } : { problems: [deep] };
}

const documented = (statement: Statement, doc: string | undefined): Statement =>
	doc === undefined || statement.kind === 'pipeline' || statement.kind === 'use' || statement.kind === 'explain'
		? statement
		: { ...statement, doc };

/**
 * Parses a program; never throws. `program` holds the statements without mistakes, each other one has its diagnostics.
 * A text with something that is no token has no statements at all. When every diagnostic is `incomplete`, more text
 * could still make it right.
 */
export function parse(source: SourceText): { program: Program; diagnostics: readonly Diagnostic[] } {
	const { tokens, docs, problems } = tokenize(source.text);
	const statements: Statement[] = [];
	const found: Problem[] = [...problems];
	for (const statement of problems.length > 0 ? [] : statementsOf(tokens)) {
		if (found.length >= MAX_DIAGNOSTICS) break;
		const outcome = read(source.text, statement, (parser) => parser.statement());
		if ('problems' in outcome) found.push(...outcome.problems);
		else statements.push(documented(outcome.tree, documentationAbove(source.text, docs, outcome.tree.span.start)));
	}
	const span = { start: 0, end: source.text.length };
	return {
		program: { kind: 'program', source, statements, span },
		diagnostics: found.slice(0, MAX_DIAGNOSTICS).map((problem) => toDiagnostic(source, problem)),
	};
}

/** Parses a text that is one expression, such as the value of a parameter; never throws. */
export function parseExpression(source: SourceText): { expr: Expr | null; diagnostics: readonly Diagnostic[] } {
	const { tokens, problems } = tokenize(source.text);
	const whole = { tokens: tokens.filter((token) => token.tokenType !== Newline), end: null };
	const outcome = problems.length > 0 ? { problems } : read(source.text, whole, (parser) => parser.expr());
	if ('tree' in outcome) return { expr: outcome.tree, diagnostics: [] };
	return { expr: null, diagnostics: outcome.problems.map((problem) => toDiagnostic(source, problem)) };
}

/** Whether a line goes on with the text before it, and begins no statement. */
export function goesOn(text: string, line: string): boolean {
	const count = (all: string): number => statementsOf(tokenize(all).tokens).length;
	return count(`${text}\n${line}`) === count(text);
}
