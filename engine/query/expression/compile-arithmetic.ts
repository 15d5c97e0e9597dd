import type { Getter } from './compile.ts';
import type { Arithmetic } from './ir.ts';

const COMPUTE: Record<Arithmetic['operator'], (a: number, b: number) => number> = {
	'+': (a, b) => a + b,
	'-': (a, b) => a - b,
	'*': (a, b) => a * b,
	'/': (a, b) => a / b,
	'%': (a, b) => a % b,
};

/** Null where a side is missing or no number, and for what has no finite result: `x / 0`. */
export const compileArithmetic = (operator: Arithmetic['operator'], left: Getter, right: Getter): Getter => {
	const compute = COMPUTE[operator];
	return (row) => {
		const a = left(row);
		const b = right(row);
		if (typeof a !== 'number' || typeof b !== 'number') return null;
		const result = compute(a, b);
		return Number.isFinite(result) ? result : null;
	};
};
