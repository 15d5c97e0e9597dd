import type { Expr, Fn, Name, Op } from '../../grammar/ast.ts';

/** What a program, its modules and its parameters define, by name. */
export interface Definitions {
	/** `let`s, and `param`s with the value they got. */
	readonly values: ReadonlyMap<string, { readonly name: Name; readonly value: Expr }>;
	readonly fns: ReadonlyMap<string, Fn>;
	readonly ops: ReadonlyMap<string, Op>;
}

/** A `param` that declares its type, with the value it got. */
export interface ParamValue {
	readonly name: Name;
	readonly type: Name;
	readonly value: Expr;
}
