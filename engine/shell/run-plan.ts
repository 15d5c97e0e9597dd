import type { Observable } from 'rxjs';
import type { RunContext } from '../query/plan.ts';
import type { Signal } from '../query/signal.ts';
import type { PlanOutputs } from './outputs.ts';
import type { Group, OpenSource } from './plan-sources.ts';
import { inTimeOrder } from './time-order.ts';

export interface PlanRun {
	readonly outputs: PlanOutputs;
	readonly context: Omit<RunContext, 'info' | 'completeness' | 'present' | 'inputs' | 'branch'>;
	/** Takes the result; may throw. */
	readonly take: (signal: Signal) => void;
	/** Calls what may throw and tells of it: an error must not end the streams of other plans. */
	readonly guard: (write: () => void) => void;
	/** The plan has had enough, or has ended: its own sources need not go on. */
	readonly done: () => void;
}

/** The events of a live capture do not wait for a file: what the file holds is given as it comes. */
function streamsOf(main: OpenSource, inputs: readonly OpenSource[]): readonly Observable<Signal>[] {
	const all = [main, ...inputs];
	if (main.source.info.live || inputs.length === 0) return all.map(({ exchanges }) => exchanges);
	return inTimeOrder(all.map(({ exchanges, source }) => ({ signals: exchanges, source })));
}

/** Connects plan `at` of a group to its sources and outputs, before they start. */
export function connectPlan({ main, plans, inputs }: Group, at: number, run: PlanRun): void {
	const { outputs, context, take, guard, done } = run;
	const [exchanges, ...others] = streamsOf(main, inputs[at]);
	const results = plans[at].run(exchanges, {
		...context,
		info: main.source.info,
		completeness: main.completeness,
		present: main.present,
		inputs: others,
		branch: (branch, signal) => guard(() => outputs.branches[branch].sink.take(signal)),
	});
	results.subscribe({
		next: (signal) => guard(() => take(signal)),
		error: (error: unknown) => {
			guard(() => {
				throw error;
			});
			done();
		},
		complete: done,
	});
}
