import { Observable } from 'rxjs';
import { NS_PER_MS } from '../../nanoseconds.ts';
import type { CheckedStage } from '../operators/operator.ts';
import type { SignalOperator } from '../operators/transform.ts';
import type { Plan } from '../plan.ts';
import type { Column, Row, Signal } from '../signal.ts';

/** Rows that count: a running table will be shown again. */
const rowsIn = (signal: Signal): number =>
	signal.kind === 'time' || (signal.kind === 'table' && !signal.final) ? 0 : signal.rows.length;

/**
 * Counts rows and time between stages. Signals go down the stages by calls within calls, so the time since the last
 * crossing belongs to the stage that is innermost then.
 */
class Meter {
	/** Rows that cross into each stage; the last number is of what leaves the last. */
	readonly rows: number[];
	/** ms */
	readonly took: number[];
	readonly #inside: number[] = [];
	#since = 0;

	constructor(stages: number) {
		this.rows = new Array(stages + 1).fill(0);
		this.took = new Array(stages + 1).fill(0);
	}

	/** The way into the stage of that number. */
	crossing(at: number): SignalOperator {
		return (source) =>
			new Observable((out) =>
				source.subscribe({
					next: (signal) => {
						this.rows[at] += rowsIn(signal);
						this.#within(at, () => out.next(signal));
					},
					error: (error) => out.error(error),
					complete: () => this.#within(at, () => out.complete()),
				}),
			);
	}

	#within(at: number, work: () => void): void {
		this.#charge();
		this.#inside.push(at);
		try {
			work();
		} finally {
			this.#charge();
			this.#inside.pop();
		}
	}

	#charge(): void {
		const now = performance.now();
		const at = this.#inside.at(-1);
		if (at !== undefined) this.took[at] += now - this.#since;
		this.#since = now;
	}
}

const COLUMNS = [
	['stage', 'string'],
	['rows_in', 'int'],
	['rows_out', 'int'],
	['took', 'duration'],
] as const;

const columns: readonly Column[] = COLUMNS.map(([name, type], at) => ({
	name,
	type,
	get: (row: Row) => (Array.isArray(row) ? row[at] : null),
}));

/**
 * The plan of `explain --run`: it runs as it would, and in place of its rows gives one for each stage, with rows in and out
 * and the time that the stage itself took. It runs once. `planOf` makes the plan of the stages that it is given.
 */
export function measuredPlan(
	stages: readonly CheckedStage[],
	texts: readonly string[],
	planOf: (stages: readonly CheckedStage[]) => Plan,
): Plan {
	const meter = new Meter(stages.length);
	const measured = stages.map(
		(stage, at): CheckedStage => ({
			...stage,
			build: (env) => {
				const operator = stage.build(env);
				const enter = meter.crossing(at);
				return (source) => operator(enter(source));
			},
		}),
	);
	const plan = planOf(measured);
	const rows = (): readonly Row[] =>
		texts.map((text, at) => [text, meter.rows[at], meter.rows[at + 1], Math.round(meter.took[at] * NS_PER_MS)]);
	return {
		...plan,
		// What a source leaves out would be in no stage's count.
		demand: { ...plan.demand, leastLatency: 0 },
		schema: { exchanges: false, columns },
		shape: 'tables',
		collects: true,
		output: null,
		run: (exchanges, context) =>
			new Observable((out) =>
				plan
					.run(exchanges, context)
					.pipe(meter.crossing(stages.length))
					.subscribe({
						error: (error) => out.error(error),
						complete: () => {
							out.next({ kind: 'table', rows: rows(), window: null, final: true });
							out.complete();
						},
					}),
			),
	};
}
