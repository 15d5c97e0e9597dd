import type { Arg, Expr } from '../../../grammar/ast.ts';
import { compareAddresses, parseAddress } from '../../address.ts';
import type { Value } from '../../exchange/field.ts';
import { nameOf } from '../../exchange/type.ts';
import type { Env } from '../env.ts';
import { checkExpr } from '../expression/check.ts';
import { compileValue } from '../expression/compile.ts';
import { compareValues } from '../expression/compile-compare.ts';
import type { Ir } from '../expression/ir.ts';
import type { Scope } from '../expression/scope.ts';
import { inWords } from '../expression/types.ts';
import type { Flow } from '../flow.ts';
import type { Row } from '../signal.ts';

export interface OrderKey {
	readonly ir: Ir;
	readonly descending: boolean;
}

/** A row with the values it is ordered by, so that none is computed twice. */
export interface Ranked {
	readonly row: Row;
	readonly key: readonly Value[];
}

export interface Order {
	readonly rank: (row: Row) => Ranked;
	readonly compare: (a: Ranked, b: Ranked) => number;
	/** Whether a row comes behind that one, or beside it: of most rows of a long stream nothing else is asked. */
	readonly isBehind: (row: Row, other: Ranked) => boolean;
}

/** Checks the arguments of `sort`, or of `by` in `top`: `x`, `x desc`; `-x` is `x desc`. */
export const checkOrder = (args: readonly Arg[], scope: Scope, descending: boolean): readonly OrderKey[] | null => {
	const keys = args.map((arg): OrderKey | null => {
		const [expr, reversed] = withoutSign(arg.value);
		const ir = checkExpr(expr, scope);
		if (ir === null) return null;
		if (['record', 'map', 'list'].includes(nameOf(ir.type))) {
			scope.problems.error('CIQ405', arg, `${inWords(ir.type)} has no order`);
			return null;
		}
		const wanted = arg.order === null ? descending : arg.order === 'desc';
		return { ir, descending: wanted !== reversed };
	});
	const checked = keys.filter((key) => key !== null);
	return checked.length === keys.length ? checked : null;
};

/** The fields and columns of an order by their names. */
export const namesOf = (keys: readonly OrderKey[], input: Flow): readonly string[] =>
	keys.flatMap(({ ir }) => {
		if (ir.kind === 'field') return ir.field.name;
		return (ir.kind === 'column' ? input.columns[ir.index]?.name : null) ?? [];
	});

const withoutSign = (expr: Expr): readonly [Expr, boolean] =>
	expr.kind === 'unary' && expr.operator === '-' && expr.operand.kind !== 'int' ? [expr.operand, true] : [expr, false];

/** Null is last, whichever way the order goes. */
export const compileOrder = (keys: readonly OrderKey[], env: Env): Order => {
	const getters = keys.map(({ ir }) => compileValue(ir, env));
	const compares = keys.map(({ ir, descending }) => {
		const compare = ir.type === 'ip' ? compareIps : compareAny;
		return descending ? (a: Value, b: Value) => compare(b, a) : compare;
	});
	const compareAt = (at: number, x: Value, y: Value): number =>
		x === null || y === null ? Number(x === null) - Number(y === null) : compares[at]!(x, y);
	return {
		rank: (row) => {
			// `map` gives arrays of another kind once V8 has compiled it, and all that reads them had to be compiled anew.
			const key: Value[] = [];
			for (const get of getters) key.push(get(row));
			return { row, key };
		},
		compare: (a, b) => {
			for (let at = 0; at < compares.length; at++) {
				const order = compareAt(at, a.key[at]!, b.key[at]!);
				if (order !== 0) return order;
			}
			return 0;
		},
		isBehind: (row, { key }) => {
			for (let at = 0; at < getters.length; at++) {
				const order = compareAt(at, getters[at]!(row), key[at]!);
				if (order !== 0) return order > 0;
			}
			return true;
		},
	};
};

const rankOfType = (value: Value): number => ['boolean', 'number', 'string'].indexOf(typeof value);

/** Values of different types, which only untyped columns have, stand apart. */
const compareAny = (a: Value, b: Value): number => compareValues(a, b) ?? rankOfType(a) - rankOfType(b);

/** 10.0.0.9 before 10.0.0.10. */
const compareIps = (a: Value, b: Value): number => {
	const x = typeof a === 'string' ? parseAddress(a) : null;
	const y = typeof b === 'string' ? parseAddress(b) : null;
	return x === null || y === null ? compareAny(a, b) : compareAddresses(x, y);
};
