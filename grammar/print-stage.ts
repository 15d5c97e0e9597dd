import type { Arg, Expr, FlagItem, Item, Pipeline, Stage } from './ast.ts';
import { LEVELS } from './precedence.ts';
import { printArg, printExpr, printName } from './print-expr.ts';
import { quote } from './strings.ts';

/** Longer lines are broken where the language lets a line go on. */
export const MAX_LINE = 100;
/** What goes on in further lines stands so far to the right of its stage. */
const CONTINUED = '    ';

/** What a flag's value may hold without quotes, as the lexer has it. */
const BARE_VALUE = /^[^\s|;)}"'][^\s|;)}]*$/;

export function printFlag({ name, value }: FlagItem): string {
	if (value === null) return `--${name.text}`;
	return `--${name.text}=${value.quoted || !BARE_VALUE.test(value.text) ? quote(value.text) : value.text}`;
}

/** Items that do not end with an expression. */
const CLOSED: ReadonlySet<Item['kind']> = new Set(['flag', 'block']);

/** The parts of a long condition: the operands of its outermost `and` or `or`, each with the word before it. */
function conditionParts(expr: Expr): readonly string[] {
	if (expr.kind !== 'binary' || (expr.operator !== 'and' && expr.operator !== 'or')) return [printExpr(expr)];
	const { operator } = expr;
	const level = LEVELS[operator];
	const parts: string[] = [];
	let rest: Expr = expr;
	while (rest.kind === 'binary' && rest.operator === operator) {
		parts.push(`${operator} ${printExpr(rest.right, level + 1)}`);
		rest = rest.left;
	}
	return [printExpr(rest, level), ...parts.reverse()];
}

const argParts = (args: readonly Arg[], isBehindExpr: boolean): readonly string[] =>
	args.map((arg, index) => `${printArg(arg, isBehindExpr && index === 0)}${index < args.length - 1 ? ',' : ''}`);

/** The pieces of an item between which a line may end: behind a comma, in front of `and`. */
function piecesOf(item: Item, before: Item | undefined): readonly string[] {
	switch (item.kind) {
		case 'by':
			return withWord('by', argParts(item.args, false));
		case 'as':
			return [`as ${printName(item.name)}`];
		case 'flag':
			return [printFlag(item)];
		case 'block':
			return [`{ ${printLine(item.pipeline)} }`];
		case 'args':
			return argParts(item.args, before !== undefined && !CLOSED.has(before.kind));
		default:
			return withWord(item.kind, conditionParts(item.value));
	}
}

const withWord = (word: string, [first, ...rest]: readonly string[]): readonly string[] => [
	`${word} ${first}`,
	...rest,
];

const headOf = ({ name }: Stage): string => (name.text === 'where' && !name.quoted ? 'where' : printName(name));

/** The operator `where` has its condition as an argument. */
const itemPieces = (stage: Stage, item: Item, before: Item | undefined): readonly string[] => {
	const [only] = item.kind === 'args' && item.args.length === 1 ? item.args : [];
	const isCondition = headOf(stage) === 'where' && before === undefined && only?.name === null && only.order === null;
	return isCondition ? conditionParts(only.value) : piecesOf(item, before);
};

/** A stage on one line, however long. */
export const printFlat = (stage: Stage): string =>
	[headOf(stage), ...stage.items.flatMap((item, at) => itemPieces(stage, item, stage.items[at - 1]))].join(' ');

/** A pipeline on one line. */
export const printLine = ({ continues, stages }: Pipeline): string =>
	(continues ? '| ' : '') + stages.map(printFlat).join(' | ');

/**
 * A stage, on one line where that is short enough; `indent` are the blanks in front of its line. Else its
 * clauses begin a line, or a line each, and what is still too long goes on behind a comma or in front of `and`.
 */
export function printStage(stage: Stage, indent = ''): string {
	const flat = printFlat(stage);
	if (indent.length + flat.length <= MAX_LINE) return flat;
	const margin = indent + CONTINUED;
	const lines: string[] = [headOf(stage)];
	const lastLine = (): string => (lines.at(-1) ?? '').replace(/^[\s\S]*\n/, '');
	const isFull = (piece: string): boolean => margin.length + lastLine().length + piece.length >= MAX_LINE;
	const goOn = (piece: string): void => {
		lines.push(`${lines.pop()} ${piece}`);
	};
	const clauses = stage.items.flatMap((item, at) => (at === 0 ? [] : itemPieces(stage, item, stage.items[at - 1])));
	/** How many clauses still begin a line: one when they fit together, none behind the brace of a block. */
	let starting = margin.length + clauses.join(' ').length <= MAX_LINE ? 1 : clauses.length;
	for (const [at, item] of stage.items.entries()) {
		if (item.kind === 'block') {
			goOn(printBlock(item.pipeline, indent));
			starting = 0;
			continue;
		}
		const before = stage.items[at - 1];
		for (const [index, piece] of itemPieces(stage, item, before).entries()) {
			// Without a comma before it an argument would begin a new statement.
			const mayBreak = index > 0 || item.kind !== 'args';
			if (mayBreak && ((index === 0 && at > 0 && starting > 0) || isFull(piece))) lines.push(piece);
			else goOn(piece);
		}
		if (at > 0) starting -= 1;
	}
	return lines.join(`\n${margin}`);
}

/** A block as lines of its own. */
const printBlock = ({ continues, stages }: Pipeline, indent: string): string => {
	const margin = indent + CONTINUED;
	const text = stages.map((stage) => printStage(stage, margin)).join(`\n${margin}| `);
	return `{\n${margin}${continues ? '| ' : ''}${text}\n${indent}  }`;
};
