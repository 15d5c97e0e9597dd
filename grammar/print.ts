import type { Arg, FlagItem, Item, Op, Parameter, Pipeline, Program, Stage, Statement } from './ast.ts';
import { printArg, printExpr, printName } from './print-expr.ts';
import { quote } from './strings.ts';

export { printExpr } from './print-expr.ts';

/** A pipeline that is longer than this has a line for each stage. */
const MAX_LINE = 100;

/** What a flag's value may hold without quotes, as the lexer has it. */
const BARE_VALUE = /^[^\s|;)}"'][^\s|;)}]*$/;

function printFlag({ name, value }: FlagItem): string {
	if (value === null) return `--${name.text}`;
	return `--${name.text}=${value.quoted || !BARE_VALUE.test(value.text) ? quote(value.text) : value.text}`;
}

const printArgs = (args: readonly Arg[], isBehindExpr = false): string =>
	args.map((arg, index) => printArg(arg, isBehindExpr && index === 0)).join(', ');

/** Items that do not end with an expression. */
const CLOSED: ReadonlySet<Item['kind']> = new Set(['flag', 'block']);

function printItem(item: Item, before: Item | undefined): string {
	switch (item.kind) {
		case 'by':
			return `by ${printArgs(item.args)}`;
		case 'as':
			return `as ${printName(item.name)}`;
		case 'flag':
			return printFlag(item);
		case 'block':
			return `{ ${printLine(item.pipeline)} }`;
		case 'args':
			return printArgs(item.args, before !== undefined && !CLOSED.has(before.kind));
		default:
			return `${item.kind} ${printExpr(item.value)}`;
	}
}

function printStage({ name, items }: Stage): string {
	const head = name.text === 'where' && !name.quoted ? 'where' : printName(name);
	return [head, ...items.map((item, index) => printItem(item, items[index - 1]))].join(' ');
}

const printLine = ({ continues, stages }: Pipeline): string =>
	(continues ? '| ' : '') + stages.map(printStage).join(' | ');

/** A pipeline on one line, or on one for each stage when it is long. */
export function printPipeline(pipeline: Pipeline): string {
	const line = printLine(pipeline);
	if (line.length <= MAX_LINE) return line;
	return (pipeline.continues ? '| ' : '') + pipeline.stages.map(printStage).join('\n| ');
}

function printParameter({ name, type, value }: Parameter): string {
	const typed = type === null ? printName(name) : `${printName(name)}: ${printName(type)}`;
	return value === null ? typed : `${typed} = ${printExpr(value)}`;
}

const printParameters = (params: readonly Parameter[]): string => `(${params.map(printParameter).join(', ')})`;

function printOp({ name, params, by, every, body }: Op): string {
	const head = [`op ${printName(name)}${params.length > 0 ? printParameters(params) : ''}`];
	if (by !== null) head.push(`by ${printName(by.name)}${by.value === null ? '' : ` = ${printArgs(by.value)}`}`);
	if (every !== null) {
		head.push(`every ${printName(every.name)}${every.value === null ? '' : ` = ${printExpr(every.value)}`}`);
	}
	const start = body.continues ? '  | ' : '  ';
	return `${head.join(' ')} {\n${start}${body.stages.map(printStage).join('\n  | ')}\n}`;
}

function printUndocumented(statement: Statement): string {
	switch (statement.kind) {
		case 'let':
			return `let ${printName(statement.name)} = ${printExpr(statement.value)}`;
		case 'fn':
			return `fn ${printName(statement.name)}${printParameters(statement.params)} = ${printExpr(statement.body)}`;
		case 'op':
			return printOp(statement);
		case 'param':
			return `param ${printParameter(statement.parameter)}`;
		case 'use':
			return `use ${printExpr(statement.path)}`;
		case 'explain':
			return ['explain', ...statement.flags.map(printFlag), printPipeline(statement.pipeline)].join(' ');
		case 'pipeline':
			return printPipeline(statement);
	}
}

function printStatement(statement: Statement): string {
	const doc = 'doc' in statement ? statement.doc : undefined;
	const lines = doc === undefined ? [] : doc.split('\n').map((line) => `## ${line}`.trimEnd());
	return [...lines, printUndocumented(statement)].join('\n');
}

/** A line that begins so would go on with the statement before it. */
const GOES_ON = /^(?:where\b|\|)/;

/** The canonical text of a program, a line for each statement: it parses back to an equal tree. */
export function printProgram({ statements }: Program): string {
	const texts = statements.map(printStatement);
	return texts.map((text, index) => `${text}${GOES_ON.test(texts[index + 1] ?? '') ? ';' : ''}\n`).join('');
}
