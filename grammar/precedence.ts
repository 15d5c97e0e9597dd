import type { BinaryOperator, Expr } from './ast.ts';
import type { Report } from './problem.ts';
import { cover, type Span } from './span.ts';

/** Levels from loose to tight. `not` stands between `and` and the comparisons. */
export const NOT_LEVEL = 3;
export const NEGATE_LEVEL = 9;
const COMPARISON_LEVEL = 4;
const RANGE_LEVEL = 6;

export const LEVELS: Readonly<Record<BinaryOperator, number>> = {
	or: 1,
	and: 2,
	'==': COMPARISON_LEVEL,
	'!=': COMPARISON_LEVEL,
	'<': COMPARISON_LEVEL,
	'<=': COMPARISON_LEVEL,
	'>': COMPARISON_LEVEL,
	'>=': COMPARISON_LEVEL,
	'~': COMPARISON_LEVEL,
	'!~': COMPARISON_LEVEL,
	in: COMPARISON_LEVEL,
	'not in': COMPARISON_LEVEL,
	contains: COMPARISON_LEVEL,
	startswith: COMPARISON_LEVEL,
	endswith: COMPARISON_LEVEL,
	like: COMPARISON_LEVEL,
	'??': 5,
	'..': RANGE_LEVEL,
	'+': 7,
	'-': 7,
	'*': 8,
	'/': 8,
	'%': 8,
};

/** `a < b < c` and `1..2..3` have no reading that everybody shares, so they have none. */
export const isAssociative = (level: number): boolean => level !== COMPARISON_LEVEL && level !== RANGE_LEVEL;

export const isBinaryOperator = (text: string): text is BinaryOperator => Object.hasOwn(LEVELS, text);

export interface Operand {
	/** The words `not` before it. */
	readonly nots: readonly Span[];
	readonly value: Expr;
}

export interface Infixed {
	readonly operator: BinaryOperator;
	readonly span: Span;
	readonly operand: Operand;
}

/** Makes a tree of a flat list of operands and operators by precedence climbing. */
export function climb(first: Operand, rest: readonly Infixed[], report: Report): Expr {
	let next = 0;

	function operand({ nots, value }: Operand, level: number): Expr {
		const outer = nots[0];
		if (outer === undefined) return value;
		if (level > NOT_LEVEL) {
			const label = 'put it in parentheses: `(not …)`';
			report({ code: 'CIQ204', message: '`not` binds looser than the operator before it', span: outer, label });
		}
		const inner = infixes(value, Math.max(level, NOT_LEVEL));
		return nots.reduceRight<Expr>(
			(negated, not) => ({ kind: 'unary', operator: 'not', operand: negated, span: cover(not, negated.span) }),
			inner,
		);
	}

	function infixes(start: Expr, level: number): Expr {
		let left = start;
		let previous: Infixed | undefined;
		for (let infix = rest[next]; infix !== undefined; infix = rest[next]) {
			const here = LEVELS[infix.operator];
			if (here < level) break;
			next += 1;
			if (previous !== undefined && LEVELS[previous.operator] === here && !isAssociative(here)) {
				report({
					code: 'CIQ203',
					message: here === RANGE_LEVEL ? 'ranges do not chain' : 'comparisons do not chain',
					span: infix.span,
					label: here === RANGE_LEVEL ? 'a range has two ends' : 'join two comparisons with `and`, or use parentheses',
					also: { span: previous.span, text: 'the first' },
				});
			}
			previous = infix;
			const right = infixes(operand(infix.operand, here + 1), here + 1);
			const span = cover(left.span, right.span);
			left = { kind: 'binary', operator: infix.operator, left, right, span };
		}
		return left;
	}

	return infixes(operand(first, 0), 0);
}
