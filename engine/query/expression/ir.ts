import type { BinaryOperator, Expr } from '../../../grammar/ast.ts';
import type { Net } from '../../address.ts';
import type { Field, Value } from '../../exchange/field.ts';
import type { Type } from '../../exchange/type.ts';
import type { ScalarFunction } from '../functions/function.ts';
import type { TextTest } from './pattern.ts';

/*
 * A checked expression: names resolved, literals converted, types known. The compiler makes closures of it, pushdown
 * and the capture demand read it.
 */

interface Typed {
	readonly type: Type;
	/** Where it was written. */
	readonly node: Expr;
}

export type Ir =
	| Constant
	| WallTime
	| FieldRef
	| ColumnRef
	| This
	| Within
	| MemberOf
	| ElementOf
	| ListOf
	| Logic
	| Not
	| Comparison
	| Presence
	| Membership
	| Match
	| Coalesce
	| Arithmetic
	| Concat
	| Apply;

export interface Constant extends Typed {
	readonly kind: 'constant';
	readonly value: Value;
}

/** A moment on the wall clock. It becomes a time of the capture when the capture's own start is known. */
export interface WallTime extends Typed {
	readonly kind: 'wall';
	readonly at: { readonly epochNs: bigint } | { readonly timeOfDayNs: number };
}

/** A field of a whole exchange. */
export interface FieldRef extends Typed {
	readonly kind: 'field';
	readonly field: Field;
}

/** A value of a row of a closed schema, or of the aggregates of a group. */
export interface ColumnRef extends Typed {
	readonly kind: 'column';
	readonly index: number;
}

/** The record itself: the exchange, or a map of the columns. */
export interface This extends Typed {
	readonly kind: 'this';
	readonly columns: readonly { readonly name: string; readonly ir: Ir }[] | null;
}

/** The value of an expression in the row that `row` gives; null where there is no such row. */
export interface Within extends Typed {
	readonly kind: 'within';
	readonly row: Ir;
	readonly value: Ir;
}

export interface MemberOf extends Typed {
	readonly kind: 'member';
	readonly object: Ir;
	readonly name: string;
	/** What the name means where the object is an exchange. */
	readonly field: Field | null;
}

export interface ElementOf extends Typed {
	readonly kind: 'element';
	readonly object: Ir;
	readonly index: Ir;
}

export interface ListOf extends Typed {
	readonly kind: 'list';
	readonly items: readonly Ir[];
}

export interface Logic extends Typed {
	readonly kind: 'and' | 'or';
	readonly left: Ir;
	readonly right: Ir;
}

export interface Not extends Typed {
	readonly kind: 'not';
	readonly operand: Ir;
}

export interface Comparison extends Typed {
	readonly kind: 'compare';
	readonly operator: ComparisonOperator;
	readonly left: Ir;
	readonly right: Ir;
}

export type ComparisonOperator = Extract<BinaryOperator, '==' | '!=' | '<' | '<=' | '>' | '>='>;

/** `has(x)`, `x != null`: never unknown. */
export interface Presence extends Typed {
	readonly kind: 'present';
	readonly operand: Ir;
}

export interface Membership extends Typed {
	readonly kind: 'in';
	readonly subject: Ir;
	readonly options: readonly MembershipOption[];
}

export type MembershipOption =
	| { readonly kind: 'value'; readonly value: Ir }
	| { readonly kind: 'net'; readonly net: Net }
	| { readonly kind: 'range'; readonly from: Ir; readonly to: Ir }
	/** A list that is known only at run time. */
	| { readonly kind: 'list'; readonly list: Ir };

/** `~`, `contains`, `like` and their kin against a constant pattern. */
export interface Match extends Typed {
	readonly kind: 'match';
	readonly subject: Ir;
	readonly test: TextTest;
}

export interface Coalesce extends Typed {
	readonly kind: 'coalesce';
	readonly left: Ir;
	readonly right: Ir;
}

export interface Arithmetic extends Typed {
	readonly kind: 'arithmetic';
	readonly operator: '+' | '-' | '*' | '/' | '%';
	readonly left: Ir;
	readonly right: Ir;
}

/** f"…" */
export interface Concat extends Typed {
	readonly kind: 'concat';
	readonly texts: readonly string[];
	readonly parts: readonly Ir[];
}

export interface Apply extends Typed {
	readonly kind: 'apply';
	readonly fn: ScalarFunction;
	readonly args: readonly Ir[];
}

/** The parts of an expression, for walks that treat most kinds alike. */
export const partsOf = (ir: Ir): readonly Ir[] => {
	switch (ir.kind) {
		case 'constant':
		case 'wall':
		case 'field':
		case 'column':
		case 'this':
			return [];
		case 'within':
			return [ir.row, ir.value];
		case 'member':
			return [ir.object];
		case 'element':
			return [ir.object, ir.index];
		case 'list':
			return ir.items;
		case 'not':
		case 'present':
			return [ir.operand];
		case 'in':
			return [ir.subject, ...ir.options.flatMap(partsOfOption)];
		case 'match':
			return [ir.subject];
		case 'concat':
			return ir.parts;
		case 'apply':
			return ir.args;
		default:
			return [ir.left, ir.right];
	}
};

const partsOfOption = (option: MembershipOption): readonly Ir[] => {
	switch (option.kind) {
		case 'value':
			return [option.value];
		case 'net':
			return [];
		case 'range':
			return [option.from, option.to];
		case 'list':
			return [option.list];
	}
};
