import { EMPTY, type Observable, Subject } from 'rxjs';
import type { Expr } from '../../grammar/ast.ts';
import { fileSourceName } from '../capture/file-source.ts';
import type { CaptureInfo } from '../capture/source.ts';
import type { Value } from '../exchange/field.ts';
import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import { visible } from '../output/sanitize.ts';
import { sameSource, type Wiring } from './blocks.ts';
import type { CheckedBlock } from './operators/operator.ts';
import type { RunContext } from './plan.ts';
import type { Signal } from './signal.ts';

/** Of a text that is shown for others like it. */
const SAMPLE_LENGTH = 40;

/**
 * What expressions and operators may know of the run they are in. A plan is compiled before its capture exists, so its
 * closures read this when they run; a plan runs once at a time.
 */
export class Env {
	#context: RunContext | null = null;
	#warned = false;
	/** Names of functions that could not read something. */
	readonly #unread = new Set<string>();
	/** Where values were of another type than what they are compared with. */
	readonly #mismatches = new Set<Expr>();
	#wiring: Wiring | null = null;
	#exchanges = new Subject<Signal>();
	#clock: WallClock | null = null;

	/** Gives where the exchanges of the query's own source are to be put in, for all its pipelines alike. */
	start(context: RunContext, wiring: Wiring): Subject<Signal> {
		this.#context = context;
		this.#clock = null;
		this.#wiring = wiring;
		this.#exchanges = new Subject();
		this.#warned = false;
		this.#unread.clear();
		this.#mismatches.clear();
		return this.#exchanges;
	}

	/** The query says when it ends. */
	get ends(): boolean {
		return this.#wiring?.ends === true;
	}

	/** What follows the branch may want only the first rows of a batch. */
	isCutShort(block: CheckedBlock): boolean {
		return this.#wiring?.cutShort.includes(block) === true;
	}

	/** No more comes of the query's own source: what is held is given. */
	finish(): void {
		this.#exchanges.complete();
	}

	/** What a block begins with. */
	inputOf({ source }: CheckedBlock): Observable<Signal> {
		const wiring = this.#wiring;
		if (wiring === null || source === null) return EMPTY;
		if (sameSource(source, wiring.source)) return this.#exchanges;
		const at = wiring.inputs.findIndex((input) => sameSource(source, input));
		const input = this.context.inputs?.[at];
		if (input === undefined)
			this.context.warn(`no exchanges of ${fileSourceName(wiring.inputs[at])} reach the query: that side is empty`);
		return input ?? EMPTY;
	}

	/** Takes what a block sends elsewhere. */
	branchOf(block: CheckedBlock): (signal: Signal) => void {
		const at = this.#wiring?.branches.indexOf(block) ?? -1;
		const { branch, warn } = this.context;
		if (branch === undefined) warn('what `tee` writes is not taken here: nothing is written');
		return (signal) => branch?.(at, signal);
	}

	get context(): RunContext {
		if (this.#context === null) throw new Error('the plan does not run');
		return this.#context;
	}

	get info(): CaptureInfo {
		return this.context.info;
	}

	/** What the times of this run are on the wall clock. Constants, which are converted before any run, hold no times. */
	readonly clock = (): WallClock => {
		this.#clock ??= wallClock(this.#context?.info ?? { startWall: 0n });
		return this.#clock;
	};

	/** Nanoseconds since the start of the capture at a moment on the wall clock. */
	sinceStart(epochNs: bigint): number {
		return Number(epochNs - this.info.startWall);
	}

	/**
	 * A function could not read its argument. Said once of each function: the count at the end does not tell which it was.
	 * Constants are converted before any run: there the checker says what is wrong.
	 */
	failedConversion(name: string, argument: Value): void {
		if (this.#context === null) return;
		this.#context.completeness.failedConversions++;
		if (this.#unread.has(name)) return;
		this.#unread.add(name);
		const sample = typeof argument === 'string' ? `, as of "${visible(argument.slice(0, SAMPLE_LENGTH))}"` : '';
		this.#context.warn(`${name}() gives null where it cannot read what it is given${sample}`);
	}

	/** A value whose type was not known before it came is of none that it can be compared as; said once of each place. */
	mismatched(place: Expr, sentence: () => string): void {
		if (this.#context === null || this.#mismatches.has(place)) return;
		this.#mismatches.add(place);
		this.#context.warn(visible(sentence()));
	}

	/** A record that made an expression throw: it counts as not converted and is said once. */
	failedRecord(error: unknown): void {
		this.context.completeness.failedConversions++;
		if (this.#warned) return;
		this.#warned = true;
		this.context.warn(`a record could not be evaluated: ${error instanceof Error ? error.message : String(error)}`);
	}
}
