import type { Type } from '../../exchange/type.ts';
import type { Aggregate } from '../aggregates/aggregate.ts';
import type { Ir } from '../expression/ir.ts';

/** A checked call of an aggregate. */
export interface AggregateCall {
	readonly aggregate: Aggregate;
	/** What is aggregated; null counts rows. */
	readonly value: Ir | null;
	/** The second argument of `arg_max(key, companion)`. */
	readonly companion: Ir | null;
	/** Only rows for which this holds. */
	readonly where: Ir | null;
	/** The q of a quantile; 0 elsewhere. */
	readonly parameter: number;
	readonly type: Type;
	/** Equal for calls over the same values: they share a column or an accumulator. */
	readonly input: string;
}

/** Whether the call needs every value of its group, or a sketch of them. */
export const isQuantile = ({ aggregate }: AggregateCall): boolean => aggregate.rollup?.op === 'quantile';

/** What `stat` makes of the rows of one window: one row per key with a value for each call. */
export interface GroupingSpec {
	readonly keys: readonly Ir[];
	readonly calls: readonly AggregateCall[];
}
