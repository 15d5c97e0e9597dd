import type { Arg, Expr, Name, NumberLiteral } from './ast.ts';
import { isAssociative, LEVELS, NEGATE_LEVEL, NOT_LEVEL } from './precedence.ts';
import { escapeFormat, quote, quoteRaw } from './strings.ts';
import { HARD_WORDS } from './words.ts';

/** Binds tighter than every operator. */
const POSTFIX_LEVEL = NEGATE_LEVEL + 1;

/** Words that a name must not look like; `asc` and `desc` are names, but behind an argument they are read as its order. */
const KEYWORDS: ReadonlySet<string> = new Set([...HARD_WORDS, 'asc', 'desc']);
const isIdentifier = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** A name behind a dot, where every word is one. */
const printWord = ({ text, quoted }: Name): string => (quoted || !isIdentifier(text) ? `\`${text}\`` : text);

export const printName = (name: Name): string => (KEYWORDS.has(name.text) ? `\`${name.text}\`` : printWord(name));

function printNumber({ kind, value, text }: NumberLiteral): string {
	if (text !== undefined) return text;
	const digits = String(value);
	return kind === 'float' && /^\d+$/.test(digits) ? `${digits}.0` : digits;
}

const list = (items: readonly Expr[]): string => items.map((item) => printExpr(item)).join(', ');

function printBinary({ operator, left, right }: Extract<Expr, { kind: 'binary' }>): string {
	const level = LEVELS[operator];
	const leftLevel = isAssociative(level) ? level : level + 1;
	// A range of operations would not show what belongs together: `a + 1 .. b`.
	const isOpen = (expr: Expr, within: number) => levelOf(expr) >= within && levelOf(expr) < POSTFIX_LEVEL;
	const isTight = operator === '..' && !isOpen(left, leftLevel) && !isOpen(right, level + 1);
	const infix = isTight ? operator : ` ${operator} `;
	return `${printExpr(left, leftLevel)}${infix}${printExpr(right, level + 1)}`;
}

function printUnary({ operator, operand }: Extract<Expr, { kind: 'unary' }>): string {
	if (operator === 'not') return `not ${printExpr(operand, NOT_LEVEL)}`;
	const negated = printExpr(operand, NEGATE_LEVEL);
	// `--x` would be a flag.
	return negated.startsWith('-') ? `- ${negated}` : `-${negated}`;
}

function printCall({ callee, args, where }: Extract<Expr, { kind: 'call' }>): string {
	const parts = [args.map((arg) => printArg(arg)).join(', '), where === null ? '' : `where ${printExpr(where)}`];
	return `${printName(callee)}(${parts.filter((part) => part !== '').join(' ')})`;
}

function printFormat({ texts, exprs }: Extract<Expr, { kind: 'format' }>): string {
	const holes = exprs.map((expr, index) => `{${printExpr(expr)}}${escapeFormat(texts[index + 1] ?? '')}`);
	return `f"${escapeFormat(texts[0] ?? '')}${holes.join('')}"`;
}

function levelOf(expr: Expr): number {
	if (expr.kind === 'binary') return LEVELS[expr.operator];
	if (expr.kind === 'unary') return expr.operator === 'not' ? NOT_LEVEL : NEGATE_LEVEL;
	return POSTFIX_LEVEL;
}

function printBare(expr: Expr): string {
	switch (expr.kind) {
		case 'string':
			return expr.raw ? quoteRaw(expr.value) : quote(expr.value);
		case 'format':
			return printFormat(expr);
		case 'int':
		case 'float':
			return printNumber(expr);
		case 'constant':
			return String(expr.value);
		case 'name':
			return printName(expr.name);
		case 'field':
			return `.${printWord(expr.name)}`;
		case 'call':
			return printCall(expr);
		case 'member':
			return `${printExpr(expr.object, POSTFIX_LEVEL)}.${printWord(expr.name)}`;
		case 'index':
			return `${printExpr(expr.object, POSTFIX_LEVEL)}[${printExpr(expr.index)}]`;
		case 'list':
			return `[${list(expr.items)}]`;
		case 'unary':
			return printUnary(expr);
		case 'binary':
			return printBinary(expr);
		case 'group':
			return `(${printExpr(expr.inner)})`;
		default:
			return expr.text;
	}
}

/**
 * An expression as text that parses back to it. One that binds looser than `level` gets parentheses, which matters for
 * trees that were not parsed; a parsed one has its groups.
 */
export function printExpr(expr: Expr, level = 0): string {
	const text = printBare(expr);
	return levelOf(expr) < level ? `(${text})` : text;
}

/** What would go on with an expression that stands before it. */
const GOES_ON = /^(?:-|not\b)/;

/** `name = value desc`. */
export function printArg({ name, value, order }: Arg, isBehindExpr = false): string {
	const text = printExpr(value);
	const shown = isBehindExpr && name === null && GOES_ON.test(text) ? `(${text})` : text;
	return [name === null ? '' : `${printName(name)} =`, shown, order ?? ''].filter((part) => part !== '').join(' ');
}
