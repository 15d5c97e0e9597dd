import type { Value } from '../../exchange/field.ts';
import type { Type, TypeName } from '../../exchange/type.ts';
import type { WallClock } from '../../exchange/wall-clock.ts';

export interface FunctionParameter {
	readonly name: string;
	/** Types that are taken; empty is every type. */
	readonly types: readonly TypeName[];
	readonly optional?: boolean;
	/** May be given any number of times; last only. */
	readonly rest?: boolean;
}

/** Gives the result for the values of one row. */
type Apply = (args: readonly Value[]) => Value;

interface Described {
	readonly name: string;
	/** One line. */
	readonly doc: string;
	readonly parameters: readonly FunctionParameter[];
	/** An expression that calls it, over the fields of an http exchange. */
	readonly example: string;
	readonly result: Type | ((args: readonly Type[]) => Type);
	/** Which of so many arguments may be the result, where it is one of them. */
	readonly alternatives?: (count: number) => readonly number[];
	/** Takes null as a value; without it a null argument gives null and `apply` never sees one. */
	readonly total?: boolean;
	/** Null from arguments that are not null is a failed conversion and is counted. */
	readonly converts?: boolean;
	/** Why it cannot be called with these constants, in words; undefined stands for what is no constant. */
	readonly refuse?: (constants: readonly (Value | undefined)[]) => string | null;
}

/**
 * Where the result depends on the types that the arguments have in the query. Times count from the start of the capture:
 * the clock, which is there when rows come, tells what they are.
 */
interface OfTypes {
	readonly applyTo: (types: readonly Type[], clock: () => WallClock) => Apply;
}

/** A function of values. */
export type ScalarFunction = Described & ({ readonly apply: Apply } | OfTypes);

/** How the function is called: `round(x, [digits])`. */
export const usageOf = (fn: Pick<ScalarFunction, 'name' | 'parameters'>): string =>
	`${fn.name}(${fn.parameters.map((p) => (p.rest ? `${p.name}, …` : p.optional ? `[${p.name}]` : p.name)).join(', ')})`;
