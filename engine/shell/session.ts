import type { CaptureChoice } from '../capture/choose-mode.ts';
import type { ScopeClause } from '../capture/demand.ts';
import type { Source } from '../capture/source.ts';
import { type Completeness, sumOf } from '../completeness.ts';
import { completenessLine, losses } from '../output/loss.ts';
import { OutputClosed, OutputFailed, TerminalClosed } from '../output/printer.ts';
import { finalRows } from '../output/rows.ts';
import { sourceName } from '../query/blocks.ts';
import type { Plan } from '../query/plan.ts';
import { LAST } from '../query/views/imply-last.ts';
import type { Command } from './command.ts';
import type { Console } from './console.ts';
import { watchEventLoop } from './event-loop.ts';
import { Exit, Failure } from './exit.ts';
import { type FeedOptions, feed } from './feed.ts';
import { watchProgress } from './file-progress.ts';
import { type KeptResults, keptLine, ResultKeeper, signalOf } from './kept-results.ts';
import { closeFailed, type Output, openOutputs, outputsOf, type PlanOutputs } from './outputs.ts';
import { bySource, type Group, narrow, type OpenSource, openGroup, release } from './plan-sources.ts';
import { openRecorder } from './recorder.ts';
import { connectPlan } from './run-plan.ts';
import { unknownFields } from './unknown-fields.ts';
import { withinScope } from './within-scope.ts';

/** A running aggregate on a terminal is shown again this often, in ns of event time: a person reads no faster. */
const REFRESH_NS = 1e9;

export interface SessionOptions {
	readonly plans: readonly Plan[];
	readonly console: Console;
	/** `--format`. */
	readonly format: string | null;
	/** `--max-print-bytes`. */
	readonly maxPrintBytes: number | null;
	/** `--record`. */
	readonly record: string | null;
	readonly strict: boolean;
	/** `--capture-mode`. */
	readonly captureMode: CaptureChoice;
	/** What `--pids`, `--local-ports` and their like restrict a query of words to. */
	readonly scope: ScopeClause | null;
	/** Halted until the capture runs. */
	readonly command: Command | null;
	/** Results of earlier queries that `from NAME` reads; a session that has them keeps its own. */
	readonly kept?: KeptResults;
}

/** One run of the plans of a program, from their sources to their outputs. */
export class Session {
	readonly #options: SessionOptions;
	readonly #sources: OpenSource[] = [];
	readonly #warned = new Set<string>();
	/** Of sources that are being opened: a pipe may let wait. */
	readonly #openings = new Set<AbortController>();
	#exchanges = 0;
	#rows = 0;
	#interrupted: number | null = null;
	#failure: Failure | null = null;
	/** The conditions of `fail` that were met. Beside a failure: a result that could not be written must not go unsaid. */
	readonly #found = new Set<string>();
	/** What no part says of itself. Thrown in the middle of a stream it would come when the program has ended. */
	#bug: { readonly error: unknown } | null = null;
	/** It ended early by an error: the results are not what was asked for. */
	#failed = false;
	/** The reader of the results went away. */
	#outputClosed = false;
	#over = false;
	/** Of the command, when it failed by itself. */
	#commandStatus: number | null = null;
	#keeper: ResultKeeper | null = null;

	constructor(options: SessionOptions) {
		this.#options = options;
	}

	/** Runs to the end and gives the exit status. What goes wrong is said; nothing is thrown but bugs. */
	async run(): Promise<number> {
		const { command, console, kept, plans, strict } = this.#options;
		const runs = bySource(plans).map(([source, members]) =>
			this.#run(source, members).catch((error: unknown) => this.#fail(error)),
		);
		try {
			await Promise.all(runs);
		} finally {
			this.#over = true;
			await command?.stop();
		}
		if (this.#bug !== null) throw this.#bug.error;
		if (this.#keeper !== null) kept?.set(LAST, this.#keeper.result(this.#completeness()));
		if (this.#failure !== null && this.#failure.message !== '') console.say(this.#failure.message);
		for (const reason of this.#found) console.say(reason);
		if (this.#outputClosed && this.#interrupted === Exit.interrupted)
			console.say('nobody was left to read the results: Ctrl-C ends all of a pipe, `| until 30s` the query only');
		if (!this.#outputClosed && this.#sources.length > 0) console.say(this.#summary());
		if (this.#failure !== null) return this.#failure.status;
		if (this.#found.size > 0) return Exit.incomplete;
		if (strict && losses(this.#completeness()).length > 0) return Exit.incomplete;
		return this.#interrupted ?? this.#commandStatus ?? Exit.done;
	}

	/** Ends it early, with the results so far and that exit status. */
	interrupt(status: number): void {
		this.#interrupted = status;
		for (const opening of this.#openings) opening.abort();
		this.#endCapture();
	}

	/** A file that is read beside a capture has an end of its own: compared with a half of it, the result would be wrong. */
	#endCapture(): void {
		const live = this.#sources.filter(({ source }) => source.info.live);
		for (const { source } of live.length > 0 ? live : this.#sources) source.stop();
	}

	#stop(): void {
		for (const { source } of this.#sources) source.stop();
	}

	#completeness(): Completeness {
		return sumOf(this.#sources.map(({ completeness }) => completeness));
	}

	#summary(): string {
		const { plans } = this.#options;
		const kept = this.#sources.flatMap((source) => source.kept ?? []);
		const isOneStream = plans.length === 1 && plans[0].shape === 'stream';
		const rows = isOneStream ? this.#rows : null;
		return kept.length > 0 ? keptLine(kept, this.#completeness(), rows) : this.#counts(rows);
	}

	/** What is true at a moment is not made of exchanges. */
	#counts(rows: number | null): string {
		const isPresent = this.#options.plans.every(({ present }) => present !== undefined);
		return completenessLine(isPresent ? null : this.#exchanges, rows, this.#completeness());
	}

	#fail(error: unknown): void {
		this.#failed = true;
		// SIGHUP says the same, but later, or only to the shell that we were started by.
		if (error instanceof TerminalClosed) this.#interrupted ??= Exit.hungUp;
		if (error instanceof OutputClosed) this.#outputClosed = true;
		else if (error instanceof Failure) this.#failure ??= error;
		else if (error instanceof OutputFailed) this.#failure ??= new Failure(Exit.failed, error.message);
		else this.#bug ??= { error };
		// Not at once: the caller may stand in the middle of what the source has just given.
		queueMicrotask(() => this.#stop());
	}

	/** What an output throws must not end the streams of other plans. */
	readonly #guard = (write: () => void): boolean => {
		if (this.#outputClosed) return false;
		try {
			write();
			return true;
		} catch (error) {
			this.#fail(error);
			return false;
		}
	};

	readonly #warn = (message: string): void => {
		if (this.#warned.has(message)) return;
		this.#warned.add(message);
		this.#options.console.say(`warning: ${message}`);
	};

	#warnOfUnknown(opened: readonly OpenSource[]): void {
		for (const { source, demand } of opened) {
			const warning = unknownFields(source.info, demand, this.#options.scope);
			if (warning !== null) this.#warn(warning);
		}
	}

	async #run(from: Plan['source'], plans: readonly Plan[]): Promise<void> {
		const { captureMode: mode, command, console, kept = new Map(), record } = this.#options;
		const opening = new AbortController();
		this.#openings.add(opening);
		const { signal } = opening;
		const options = { everything: record !== null, mode, say: console.say, signal };
		const group = await openGroup(from, plans, options, kept)
			.catch((error: unknown) => {
				if (!signal.aborted) throw error;
				return null;
			})
			.finally(() => this.#openings.delete(opening));
		if (group === null) return console.say(`nothing was read of ${sourceName(from)}`);
		const opened = [group.main, ...group.inputs.flat()];
		this.#sources.push(...opened);
		this.#warnOfUnknown(opened);
		const { source } = group.main;
		const { outputs, recorder } = await this.#openOutputs(group).catch((error: unknown) => {
			opened.forEach(release);
			throw error;
		});
		const pauses = watchEventLoop(source);
		const progress = (): string => this.#counts(null);
		const lost = (): Completeness => this.#completeness();
		const notices = source.info.live
			? (await import('./live-notices.ts')).watchLive(console, plans, command !== null, progress, lost, this.#guard)
			: null;
		const unread = this.#connect(group, outputs, () => notices?.seen());
		const showsLate = plans.some(({ shape }) => shape === 'tables');
		const ended = Promise.all(
			opened.map((one) =>
				this.#feed(group, one, {
					record: one === group.main && recorder ? (bytes, length) => recorder.write(bytes, length) : null,
					isRead: () => unread(one),
					seen: () => showsLate && notices?.seen(),
				}),
			),
		);
		if (source.info.live) this.#releaseCommand(source);
		if (this.#interrupted !== null) this.#endCapture();
		const errors = await ended.finally(
			watchProgress(
				console,
				opened.map((one) => one.source),
			),
		);
		notices?.stop();
		if (pauses !== null) console.say(pauses());
		recorder?.close();
		const error = errors.find((one) => one !== null);
		for (const output of outputsOf(outputs)) this.#end(output, this.#failed || error !== undefined);
		if (error) throw new Failure(Exit.failed, error.message);
	}

	/** Of a failed run the half of a result is shown, but it does not take the place of a file that nothing was written to. */
	#end({ sink, printer }: Output, failed: boolean): void {
		const keepsOld = failed && printer.begun?.() === false;
		const ended = !keepsOld && this.#guard(() => sink.end());
		if (printer === this.#options.console.out) return;
		try {
			printer.close(!ended);
		} catch (error) {
			this.#fail(error);
		}
	}

	/** Connects the plans to their sources and outputs; gives which sources are read still. */
	#connect(group: Group, outputs: readonly PlanOutputs[], seen: () => void): (source: OpenSource) => boolean {
		const { main, plans, inputs } = group;
		const { live } = main.source.info;
		const refreshes = outputs.some(({ result }) => result.refreshes);
		const open = new Set(plans.keys());
		const [last] = this.#options.plans.slice(-1);
		if (this.#options.kept && plans.includes(last)) this.#keeper = new ResultKeeper(last, main.source.info);
		// Asked for each event: every plan reads the main source.
		const isRead = (one: OpenSource): boolean =>
			one === main ? open.size > 0 : [...open].some((at) => inputs[at].includes(one));
		const done = (at: number): void => {
			open.delete(at);
			// Later, because stopping drains into the buffer that is being read now.
			queueMicrotask(() => {
				for (const one of [main, ...inputs[at]]) if (!isRead(one)) one.source.stop();
				// A recording goes on with all that was asked for when it began.
				if (open.size > 0 && this.#options.record === null)
					narrow(
						main,
						[...open].map((other) => plans[other].demand),
					);
			});
		};
		for (const [at, { result, branches }] of outputs.entries()) {
			connectPlan(group, at, {
				outputs: { result, branches },
				context: {
					refreshEvery: live && refreshes ? REFRESH_NS : null,
					warn: this.#warn,
					fail: (reason) => void this.#found.add(reason),
				},
				take: (signal) => {
					if (plans[at] === this.#keeper?.plan) this.#keeper.take(signal);
					if (signal.kind !== 'time' && signal.rows.length > 0) seen();
					this.#rows += finalRows(signal).length;
					result.sink.take(signal);
				},
				guard: this.#guard,
				done: () => done(at),
			});
		}
		return isRead;
	}

	async #feed(
		{ main }: Group,
		{ source, demand, exchanges, completeness, present, kept }: OpenSource,
		{ record, isRead, seen }: Pick<FeedOptions, 'record' | 'isRead'> & { readonly seen: () => void },
	): Promise<Error | null> {
		if (kept !== undefined) {
			exchanges.next(signalOf(kept));
			exchanges.complete();
			return null;
		}
		const { scope } = this.#options;
		const options: FeedOptions = {
			source,
			demand,
			clock: main.source.info,
			completeness,
			present,
			record,
			isRead,
			inScope: scope && withinScope(scope, source.info.live),
			onExchanges: (count) => {
				this.#exchanges += count;
				seen();
			},
		};
		const error = await feed(options, exchanges);
		source.countMissing?.(completeness);
		const notice = source.notice?.() ?? null;
		if (notice !== null) this.#warn(notice);
		return error;
	}

	async #openOutputs({ main, plans }: Group) {
		const { console, record } = this.#options;
		const { completeness, source } = main;
		const { info } = source;
		const outputs = await openOutputs(plans, info, console, { ...this.#options, completeness });
		try {
			const recorder = record === null ? null : openRecorder(record, info, (why) => this.#endRecording(why));
			return { outputs, recorder };
		} catch (error) {
			closeFailed(outputsOf(outputs), console);
			throw error;
		}
	}

	/** The capture runs: now the command may, and its end is the end of the capture. */
	#releaseCommand(source: Source): void {
		const { command, console } = this.#options;
		command?.release();
		void command?.ended.then((end) => {
			if (end !== null && !this.#over) {
				console.say(`the command ${end.how}`);
				this.#commandStatus = end.status;
			}
			source.stop();
		});
	}

	/** The query goes on without its recording, for what it shows is right; the exit status tells. */
	#endRecording(why: Failure): void {
		this.#options.console.say(why.message);
		this.#failure ??= new Failure(why.status, '');
	}
}
