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
