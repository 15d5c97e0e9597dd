import type { Value } from '../../exchange/field.ts';
import type { Env } from '../env.ts';
import { valuesOf } from '../rows.ts';
import type { Row } from '../signal.ts';
import { compileKey } from '../windows/key.ts';
import { windowed } from '../windows/windowed.ts';
import { compileAggregation, type StatPlan } from './stat-run.ts';
import { type SignalOperator, type TableSignal, transform } from './transform.ts';

export interface AlertPlan {
	/** Its rows are the keys, whether the condition holds, how many rows there were, and the value that is judged. */
	readonly stat: StatPlan;
	readonly minCount: number;
}

/** Rows [time, state, …keys, value, rows]: only changes are told. */
export const alerts =
	(plan: AlertPlan, env: Env): SignalOperator =>
	(source) => {
		const { stat } = plan;
		if (stat.window === null) return source;
		const tables = windowed(
			stat.window,
			{
				// A window without rows ends what fires.
				contents: () => ({ ...compileAggregation(stat, env), givesEmpty: true }),
				times: () => stat.times?.(env) ?? (() => null),
				keyOf: () => compileKey(stat.spec.keys, env),
			},
			env,
		);
		return source.pipe(tables, changes(plan));
	};

const changes = ({ stat, minCount }: AlertPlan): SignalOperator =>
	transform(() => {
		const width = stat.spec.keys.length;
		const firing = new Map<string, readonly Value[]>();
		const judge = ({ rows, window }: TableSignal): Row[] => {
			const told: Row[] = [];
			const tell = (state: string, key: readonly Value[], value: Value, count: Value): void => {
				told.push([window?.end ?? null, state, ...key, value, count]);
			};
			const ended = new Map(firing);
			for (const row of rows) {
				const values = valuesOf(row);
				const key = values.slice(0, width);
				const [holds = null, count = null, value = null] = values.slice(width);
				const text = JSON.stringify(key);
				if (holds === true && typeof count === 'number' && count >= minCount) {
					if (!firing.has(text)) tell('firing', key, value, count);
					firing.set(text, key);
					ended.delete(text);
				} else if (firing.delete(text)) {
					tell('resolved', key, value, count);
					ended.delete(text);
				}
			}
			for (const [text, key] of ended) {
				firing.delete(text);
				tell('resolved', key, null, 0);
			}
			return told;
		};
		return {
			table: (table, out) => {
				// The first windows began before the capture did: nothing is known of their beginning.
				const told = table.window !== null && table.window.start < 0 ? [] : judge(table);
				if (told.length > 0) out.next({ kind: 'rows', rows: told });
			},
		};
	});
