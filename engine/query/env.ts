import type { CaptureInfo } from '../capture/source.ts';
import { Observable, Subject } from 'rxjs';
import type { RunContext } from './plan.ts';
import type { Signal } from './signal.ts';

/**
 * What expressions and operators may know of the run they are in. A plan is compiled before its capture exists, so its
 * closures read this when they run; a plan runs once at a time.
 */
export class Env {
	#context: RunContext | null = null;
	#warned = false;
	/** What the query's own source gives, for all its pipelines alike. */
	readonly exchanges = new Subject<Signal>();

	start(context: RunContext): void {
		this.#context = context;
		this.#warned = false;
	}

	get context(): RunContext {
		if (this.#context === null) throw new Error('the plan does not run');
		return this.#context;
	}

	get info(): CaptureInfo {
		return this.context.info;
	}

	/** Nanoseconds since the start of the capture at a moment on the wall clock. */
	sinceStart(epochNs: bigint): number {
		return Number(epochNs - this.info.startWall);
	}

	/** Constants are converted before any run: there the checker says what is wrong. */
	failedConversion(): void {
		if (this.#context !== null) this.#context.completeness.failedConversions++;
	}

	/** A record that made an expression throw: it counts as not converted and is said once. */
	failedRecord(error: unknown): void {
		this.failedConversion();
		if (this.#warned) return;
		this.#warned = true;
		this.context.warn(`a record could not be evaluated: ${error instanceof Error ? error.message : String(error)}`);
	}
}
