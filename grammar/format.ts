import type { Pipeline, Stage, Statement } from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';
import { spanOf, tokenize } from './lexer.ts';
import { parse } from './parse.ts';
import { type CommentsOf, GOES_ON, printUndocumented, type StageComments } from './print.ts';
import type { SourceText, Span } from './span.ts';

/*
 * The formatter: the printer's text of each statement, and around it the comments and the empty lines of the source. A
 * comment stays where it is relative to statements and stages: above one, behind one on its line, or at the end of a
 * block. One in the middle of a stage moves above that stage, since the printer decides where the stage's lines end.
 */

interface Comment extends Span {
	readonly text: string;
}

/** A statement with the comments that belong to it. */
interface Chunk {
	/** Comments on lines of their own above it; the last chunk may have nothing else. */
	readonly above: Comment[];
	readonly statement: Statement | null;
	readonly inside: Comment[];
	/** On the line where it ends. */
	readonly behind: Comment[];
}

/**
 * The text as the formatter writes it, or the diagnostics of a text that is wrong. Formatting twice is formatting once,
 * and the tree stays the same.
 */
export function format(
	source: SourceText,
): { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] } {
	const { program, diagnostics } = parse(source);
	if (diagnostics.length > 0) return { diagnostics };
	const { text } = source;
	const chunks = chunksOf(text, program.statements, commentsIn(text));
	const lines: string[] = [];
	let end = 0;
	/** Keeps one of the empty lines above something. */
	const emptyLineBefore = (start: number): void => {
		if (lines.length > 0 && /\n[ \t\r]*\n/.test(text.slice(end, start))) lines.push('');
	};
	for (const [at, { above, statement, inside, behind }] of chunks.entries()) {
		for (const comment of above) {
			emptyLineBefore(comment.start);
			lines.push(comment.text);
			end = comment.end;
		}
		if (statement === null) continue;
		emptyLineBefore(statement.span.start);
		const { moved, commentsOf } = placeInside(text, statement, inside);
		const next = chunks[at + 1]?.statement;
		const written = printUndocumented(statement, commentsOf);
		const separator = next && GOES_ON.test(printUndocumented(next)) ? ';' : '';
		const tail = behind.map((comment) => `  ${comment.text}`).join('');
		lines.push(...moved, `${written}${separator}${tail}`);
		end = Math.max(statement.span.end, behind.at(-1)?.end ?? 0);
	}
	return { text: lines.map((line) => `${line}\n`).join('') };
}

function commentsIn(text: string): readonly Comment[] {
	const { docs, comments } = tokenize(text);
	return [...docs, ...comments]
		.map((token) => ({ ...spanOf(token), text: token.image.trimEnd() }))
		.sort((a, b) => a.start - b.start);
}

/** Gives each comment to the statement above, around or below it. */
function chunksOf(text: string, statements: readonly Statement[], comments: readonly Comment[]): readonly Chunk[] {
	const chunk = (statement: Statement | null): Chunk => ({ above: [], statement, inside: [], behind: [] });
	const chunks = [...statements.map(chunk), chunk(null)];
	let at = 0;
	for (const comment of comments) {
		// The statement that the comment stands in or above.
		while (chunks[at].statement !== null && chunks[at].statement!.span.end <= comment.start) at += 1;
		const before = chunks[at - 1];
		const { statement, above, inside } = chunks[at];
		if (statement !== null && statement.span.start < comment.start) inside.push(comment);
		else if (before?.statement && isSameLine(text, before.statement.span.end, comment.start))
			before.behind.push(comment);
		else above.push(comment);
	}
	return chunks;
}

const isSameLine = (text: string, from: number, to: number): boolean => !text.slice(from, to).includes('\n');

const pipelineOf = (statement: Statement): Pipeline | null => {
	if (statement.kind === 'pipeline') return statement;
	if (statement.kind === 'op') return statement.body;
	return statement.kind === 'explain' ? statement.pipeline : null;
};

interface Placed {
	/** Those that move above the statement. */
	readonly moved: readonly string[];
	readonly commentsOf: CommentsOf;
}

/** Finds the places of comments inside a statement among its stages. */
function placeInside(text: string, statement: Statement, comments: readonly Comment[]): Placed {
	const stages = pipelineOf(statement)?.stages ?? [];
	const isOp = statement.kind === 'op';
	const moved: string[] = [];
	const places = new Map(stages.map((stage) => [stage, { before: [], behind: null, after: [] } as Place]));
	for (const comment of comments) {
		const at = stages.findLastIndex((stage) => stage.span.end <= comment.start);
		const last = places.get(stages[at]);
		const next = places.get(stages[at + 1]);
		if (last && last.behind === null && isSameLine(text, stages[at].span.end, comment.start))
			last.behind = comment.text;
		// The braces of an op give its first stage a line of its own.
		else if (next && (at >= 0 || isOp)) next.before.push(comment.text);
		else if (last && next === undefined) last.after.push(comment.text);
		else moved.push(comment.text);
	}
	const placed = comments.length - moved.length;
	return { moved, commentsOf: placed === 0 ? null : (stage: Stage): StageComments => places.get(stage) ?? NOWHERE };
}

interface Place extends StageComments {
	readonly before: string[];
	behind: string | null;
	readonly after: string[];
}

const NOWHERE: StageComments = { before: [], behind: null, after: [] };
