import type { Value } from '../../exchange/field.ts';
import { textKey } from '../aggregates/text-key.ts';
import type { Env } from '../env.ts';
import { compileValue } from '../expression/compile.ts';
import type { Ir } from '../expression/ir.ts';
import type { Row } from '../signal.ts';

/** The values of expressions as one text, equal for rows whose values are equal. */
export const compileKey = (keys: readonly Ir[], env: Env): ((row: Row) => string) => {
	const getters = keys.map((ir) => compileValue(ir, env));
	const [only] = getters;
	if (only !== undefined && getters.length === 1) return (row) => textKey(only(row));
	return (row) => JSON.stringify(getters.map((get) => get(row)));
};

/** The same, but null where a value is missing: of rows of which nobody knows whether they belong together. */
export const compileWholeKey = (
	keys: readonly Ir[],
	env: Env,
	seenAs: (row: Row) => Row = (row) => row,
): ((row: Row) => string | null) => {
	const getters = keys.map((ir) => compileValue(ir, env));
	return (row) => {
		const seen = seenAs(row);
		const values: Value[] = getters.map((get) => get(seen));
		return values.includes(null) ? null : JSON.stringify(values);
	};
};
