import type { Env } from '../env.ts';
import type { Flow } from '../flow.ts';
import type { Row } from '../signal.ts';
import { timeReader } from './time.ts';
import type { Output } from './transform.ts';

/**
 * Tells when the last of these rows came, in front of the end of a stream that goes on for others: windows behind it last
 * until then, also where a condition lets none of the rows through.
 */
export const tellLastTime = (flow: Flow): ((env: Env) => (rows: readonly Row[], out: Output) => void) => {
	const times = timeReader(flow);
	if (times === null || flow.heldBy !== null) return () => () => {};
	return (env) => {
		const timeOf = times(env);
		return (rows, out) => {
			let now = Number.NEGATIVE_INFINITY;
			for (const row of rows) now = Math.max(now, timeOf(row) ?? now);
			if (now > Number.NEGATIVE_INFINITY) out.next({ kind: 'time', now });
		};
	};
};
