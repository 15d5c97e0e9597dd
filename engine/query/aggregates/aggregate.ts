import type { PresentValue, Value } from '../../exchange/field.ts';
import type { Type } from '../../exchange/type.ts';
import type { FunctionParameter } from '../functions/function.ts';

/**
 * What is known of one group so far. Null values never reach it. Two of the same kind merge, so that parts of a capture
 * can be aggregated apart.
 */
export interface Accumulator {
	/** `companion` is the second argument of `arg_max(key, companion)`. */
	add(value: PresentValue, companion: Value): void;
	merge(other: this): void;
	/** Null when nothing was added and the aggregate has no value for that. `parameter`: see `Aggregate`. */
	value(parameter: number): Value;
}

/** A rollup of arquero over a column of numbers in which NaN is "no value". */
export interface Rollup {
	readonly op: 'count' | 'valid' | 'sum' | 'mean' | 'min' | 'max' | 'stdev' | 'quantile';
	/** The value of no values at all; null without it. */
	readonly empty?: number;
}

export interface Aggregate {
	readonly name: string;
	/** One line. */
	readonly doc: string;
	/** A column of a `stat` of http exchanges that calls it. */
	readonly example: string;
	readonly parameters: readonly FunctionParameter[];
	readonly result: (types: readonly Type[]) => Type;
	/** How arquero computes it, of numbers; without it only an accumulator can. */
	readonly rollup?: Rollup;
	/** Aggregates of the same function share the accumulator of a group: p50, p90 and p99 of one column are one. */
	readonly accumulator: () => Accumulator;
	/** The parameter that the name stands for: 0.99 of p99. */
	readonly parameter?: number;
	/** The second argument is known before the query runs, and is the parameter. */
	readonly constant?: ConstantParameter;
	/** The parameter is the length of the window in seconds; without one the time from the first row of all groups to the last. */
	readonly timed?: true;
	/** Its column is called so, whatever it is of. */
	readonly column?: string;
}

/** A parameter that is written in the query, as the q of `quantile(x, q)`. */
export interface ConstantParameter {
	readonly isValid: (value: number) => boolean;
	/** "a quantile is a fraction from 0 to 1" */
	readonly words: string;
	readonly example: string;
	/** Where it is left out. */
	readonly fallback?: number;
}
