import type { TypeName, Value } from '../../exchange/field.ts';
import type { FunctionParameter } from '../functions/function.ts';

/**
 * What is known of one group so far. Null values never reach it. Two of the same kind merge, so that parts of a capture
 * can be aggregated apart.
 */
export interface Accumulator {
	/** `companion` is the second argument of `arg_max(key, companion)`. */
	add(value: Exclude<Value, null>, companion: Value): void;
	merge(other: this): void;
	/** Null when nothing was added and the aggregate has no value for that. `parameter`: the q of a quantile. */
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
	readonly parameters: readonly FunctionParameter[];
	readonly result: (types: readonly TypeName[]) => TypeName;
	/** How arquero computes it, of numbers; without it only an accumulator can. */
	readonly rollup?: Rollup;
	/** Aggregates of the same function share the accumulator of a group: p50, p90 and p99 of one column are one. */
	readonly accumulator: () => Accumulator;
	/** The quantile that the name stands for; `quantile` takes it as its second argument. */
	readonly quantile?: number;
	/** Its column is called so, whatever it is of. */
	readonly column?: string;
}
