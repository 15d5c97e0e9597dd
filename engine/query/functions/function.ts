import type { TypeName, Value } from '../../exchange/field.ts';

export interface FunctionParameter {
	readonly name: string;
	/** Types that are taken; empty is every type. */
	readonly types: readonly TypeName[];
	readonly optional?: boolean;
	/** May be given any number of times; last only. */
	readonly rest?: boolean;
}

/** A function of values. */
export interface ScalarFunction {
	readonly name: string;
	/** One line. */
	readonly doc: string;
	readonly parameters: readonly FunctionParameter[];
	/** An expression that calls it, over the fields of an http exchange. */
	readonly example: string;
	readonly result: TypeName | ((args: readonly TypeName[]) => TypeName);
	/** Takes null as a value; without it a null argument gives null and `apply` never sees one. */
	readonly total?: boolean;
	/** Null from arguments that are not null is a failed conversion and is counted. */
	readonly converts?: boolean;
	readonly apply: (args: readonly Value[]) => Value;
	/** In place of `apply` where the result depends on the types that the arguments have in the query. */
	readonly applyTo?: (types: readonly TypeName[]) => ScalarFunction['apply'];
	/** Why it cannot be called with these constants, in words; undefined stands for what is no constant. */
	readonly refuse?: (constants: readonly (Value | undefined)[]) => string | null;
}

/** How the function is called: `round(x, [digits])`. */
export const usageOf = (fn: Pick<ScalarFunction, 'name' | 'parameters'>): string =>
	`${fn.name}(${fn.parameters.map((p) => (p.rest ? `${p.name}, …` : p.optional ? `[${p.name}]` : p.name)).join(', ')})`;
