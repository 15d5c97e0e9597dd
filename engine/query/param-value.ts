import type { Expr, StringLiteral } from '../../grammar/ast.ts';
import { parseExpression } from '../../grammar/parse.ts';
import type { SourceText } from '../../grammar/span.ts';
import { isTime } from '../../grammar/times.ts';

const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '..']);

/** `shop.example` or `order-api` is meant as a text: the command line knows no fields. */
function isWord(expr: Expr): boolean {
	switch (expr.kind) {
		case 'name':
			return true;
		case 'member':
		case 'index':
			return isWord(expr.object);
		case 'unary':
			return isWord(expr.operand);
		case 'binary':
			return ARITHMETIC.has(expr.operator) && (isWord(expr.left) || isWord(expr.right));
		default:
			return false;
	}
}

const parsed = (source: SourceText, type: string | null): Expr | null => {
	const isMoment = type === 'time' && isTime(`@${source.text.trim()}`);
	// The mark takes the place of a blank or of the quote, where there is one.
	const text = isMoment ? source.text.replace(/^( *) (?=\S)|^/, '$1@') : source.text;
	return parseExpression({ ...source, text }).expr;
};

/** Texts that are values of another type are given in quotes, too: `"5ms"`. Those of a text belong to it. */
const UNQUOTED: ReadonlySet<string> = new Set(['bool', 'int', 'float', 'duration', 'size', 'ip', 'cidr', 'time']);

/** What stands in the quotes of a text, where it reads as a value of the type that is asked for; else the text. */
export function unquoted(expr: Expr, source: SourceText, type: string | null): Expr {
	if (expr.kind !== 'string' || type === null || !UNQUOTED.has(type)) return expr;
	const { value, span } = expr;
	if (source.text.slice(span.start + 1, span.end - 1) !== value) return expr;
	// Blanks in front: it stands where it stood, for messages.
	const inner = parsed({ ...source, text: `${' '.repeat(span.start + 1)}${value}` }, type);
	return inner === null || isWord(inner) ? expr : inner;
}

/** The type of a parameter that declares none: that of its default. */
function typeOf(fallback: Expr | null): string | null {
	if (fallback?.kind === 'constant') return fallback.value === null ? null : 'bool';
	return fallback?.kind ?? null;
}

/**
 * What was typed on the command line: a literal where it reads as one, else a text. Where a text is asked for it is one, as
 * it stands; where only the default is a text, it may be quoted.
 */
export function typedValue(source: SourceText, type: string | null, fallback: Expr | null): Expr {
	const span = { start: 0, end: source.text.length };
	const text: StringLiteral = { kind: 'string', value: source.text, raw: false, span };
	if (type === 'string') return text;
	const asked = type ?? typeOf(fallback);
	const expr = parsed(source, asked);
	if (expr === null || isWord(expr)) return text;
	if (asked === 'string') return ['string', 'format', 'list'].includes(expr.kind) ? expr : text;
	return unquoted(expr, source, asked);
}
