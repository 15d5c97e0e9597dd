import type { Arg, Op, Parameter, Pipeline, Program, Stage, Statement } from './ast.ts';
import { printArg, printExpr, printName } from './print-expr.ts';
import { MAX_LINE, printFlag, printLine, printStage } from './print-stage.ts';

export { printExpr } from './print-expr.ts';

/** Comments around a stage: on lines before it, behind it on its line, and on lines after it. */
export interface StageComments {
	readonly before: readonly string[];
	readonly behind: string | null;
	readonly after: readonly string[];
}

/** The comments of each stage of a statement's pipeline; null where there are none at all. */
export type CommentsOf = ((stage: Stage) => StageComments) | null;

const NO_COMMENTS: StageComments = { before: [], behind: null, after: [] };

/** Stages on lines of their own, behind `margin`. */
function printStages({ continues, stages }: Pipeline, margin: string, commentsOf: CommentsOf): string {
	const lines = stages.flatMap((stage, at) => {
		const { before, behind, after } = commentsOf?.(stage) ?? NO_COMMENTS;
		const text = `${at > 0 || continues ? '| ' : ''}${printStage(stage, margin)}`;
		return [...before, behind === null ? text : `${text}  ${behind}`, ...after];
	});
	return lines.join(`\n${margin}`);
}

/** A pipeline on one line, or on one for each stage when it is long. */
export function printPipeline(pipeline: Pipeline, commentsOf: CommentsOf = null): string {
	const line = printLine(pipeline);
	return line.length <= MAX_LINE && commentsOf === null ? line : printStages(pipeline, '', commentsOf);
}

function printParameter({ name, type, value }: Parameter): string {
	const typed = type === null ? printName(name) : `${printName(name)}: ${printName(type)}`;
	return value === null ? typed : `${typed} = ${printExpr(value)}`;
}

const printParameters = (params: readonly Parameter[]): string => `(${params.map(printParameter).join(', ')})`;

const printArgs = (args: readonly Arg[]): string => args.map((arg) => printArg(arg)).join(', ');

function printOp({ name, params, by, every, body }: Op, commentsOf: CommentsOf): string {
	const head = [`op ${printName(name)}${params.length > 0 ? printParameters(params) : ''}`];
	if (by !== null) head.push(`by ${printName(by.name)}${by.value === null ? '' : ` = ${printArgs(by.value)}`}`);
	if (every !== null) {
		head.push(`every ${printName(every.name)}${every.value === null ? '' : ` = ${printExpr(every.value)}`}`);
	}
	return `${head.join(' ')} {\n  ${printStages(body, '  ', commentsOf)}\n}`;
}

/** A statement without its documentation, and with the comments of its stages. */
export function printUndocumented(statement: Statement, commentsOf: CommentsOf = null): string {
	switch (statement.kind) {
		case 'let':
			return `let ${printName(statement.name)} = ${printExpr(statement.value)}`;
		case 'fn':
			return `fn ${printName(statement.name)}${printParameters(statement.params)} = ${printExpr(statement.body)}`;
		case 'op':
			return printOp(statement, commentsOf);
		case 'param':
			return `param ${printParameter(statement.parameter)}`;
		case 'use':
			return `use ${printExpr(statement.path)}`;
		case 'explain':
			return ['explain', ...statement.flags.map(printFlag), printPipeline(statement.pipeline, commentsOf)].join(' ');
		case 'pipeline':
			return printPipeline(statement, commentsOf);
	}
}

function printStatement(statement: Statement): string {
	const doc = 'doc' in statement ? statement.doc : undefined;
	const lines = doc === undefined ? [] : doc.split('\n').map((line) => `## ${line}`.trimEnd());
	return [...lines, printUndocumented(statement)].join('\n');
}

/** A line that begins so would go on with the statement before it, which then ends with `;`. */
export const GOES_ON = /^(?:where\b|\|)/;

/** The canonical text of a program, a line for each statement: it parses back to an equal tree. */
export function printProgram({ statements }: Program): string {
	const texts = statements.map(printStatement);
	return texts.map((text, index) => `${text}${GOES_ON.test(texts[index + 1] ?? '') ? ';' : ''}\n`).join('');
}
