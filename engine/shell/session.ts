import type { CaptureDemand, ScopeClause } from '../capture/demand.ts';
import type { Source } from '../capture/source.ts';
import { newCompleteness } from '../completeness.ts';
import { completenessLine, losses } from '../output/loss.ts';
import { OutputClosed, OutputFailed } from '../output/printer.ts';
import { finalRows } from '../output/rows.ts';
import type { Plan } from '../query/plan.ts';
import type { Signal } from '../query/signal.ts';
import type { Command } from './command.ts';
import type { Console } from './console.ts';
import { watchEventLoop } from './event-loop.ts';
import { Exit, Failure } from './exit.ts';
import { type Running, runFeed } from './feed.ts';
import { watchLive } from './live-notices.ts';
import { openSource } from './open-source.ts';
import { type Output, openOutput } from './outputs.ts';
import { openRecorder } from './recorder.ts';
import { unionDemand } from './union-demand.ts';
import { withinScope } from './within-scope.ts';

/** A running aggregate on a terminal is shown again this often, in ns of event time: a person reads no faster. */
const REFRESH_NS = 1e9;

export interface SessionOptions {
	readonly plans: readonly Plan[];
	readonly console: Console;
	/** `--format`. */
	readonly format: string | null;
	/** `--record`. */
	readonly record: string | null;
	readonly strict: boolean;
	/** What `--pids`, `--local-ports` and their like restrict a query of words to. */
	readonly scope: ScopeClause | null;
	/** Halted until the capture runs. */
	readonly command: Command | null;
}

/** The plans that read one source. */
interface Group {
	readonly demand: CaptureDemand;
	readonly plans: readonly Plan[];
	/** Null is the kernel. */
	readonly path: string | null;
}

function groupBySource(plans: readonly Plan[]): Group[] {
	const groups = Map.groupBy(plans, ({ source }) => (source.kind === 'from' ? source.path : null));
	return [...groups].map(([path, members]) => ({
		path,
		plans: members,
		demand: unionDemand(members.map(({ demand }) => demand)),
	}));
}

/** What a plan needs beyond one source and one output is refused: half of a result must not look like all of it. */
function lackOfPlan({ branches = [], inputs = [] }: Plan): string | null {
	if (branches.length > 0) return '`tee` is not yet supported: run the query once for each output';
	if (inputs.length === 0) return null;
	return `a second source (${inputs.map(({ path }) => path).join(', ')}) is not yet supported: all of a query reads one`;
}

/** One run of the plans of a program, from their sources to their outputs. */
export class Session {
	readonly #options: SessionOptions;
	readonly #completeness = newCompleteness();
	readonly #sources: Source[] = [];
	readonly #warned = new Set<string>();
	#exchanges = 0;
	#rows = 0;
	#interrupted: number | null = null;
	#failure: Failure | null = null;
	/** The reader of the results went away. */
	#outputClosed = false;
	#over = false;

	constructor(options: SessionOptions) {
		this.#options = options;
	}

	/** Runs to the end and gives the exit status. What goes wrong is said; nothing is thrown but bugs. */
	async run(): Promise<number> {
		const { command, console, plans, strict } = this.#options;
		const lack = plans.map(lackOfPlan).find((words) => words !== null);
		if (lack !== undefined) {
			console.say(lack);
			await command?.stop();
			return Exit.usage;
		}
		const runs = groupBySource(plans).map((group) => this.#run(group).catch((error: unknown) => this.#fail(error)));
		try {
			await Promise.all(runs);
		} finally {
			this.#over = true;
			await command?.stop();
		}
		if (this.#failure !== null && this.#failure.message !== '') console.say(this.#failure.message);
		if (!this.#outputClosed && this.#sources.length > 0) console.say(this.#summary());
		if (this.#failure !== null) return this.#failure.status;
		if (strict && losses(this.#completeness).length > 0) return Exit.incomplete;
		return this.#interrupted ?? Exit.done;
	}

	/** Ends it early, with the results so far and that exit status. */
	interrupt(status: number): void {
		this.#interrupted = status;
		this.#stop();
	}

	#stop(): void {
		for (const source of this.#sources) source.stop();
	}

	#summary(): string {
		const { plans } = this.#options;
		const isOneStream = plans.length === 1 && plans[0].shape === 'stream';
		return completenessLine(this.#exchanges, isOneStream ? this.#rows : null, this.#completeness);
	}

	#fail(error: unknown): void {
		if (error instanceof OutputClosed) this.#outputClosed = true;
		else if (error instanceof Failure) this.#failure ??= error;
		else if (error instanceof OutputFailed) this.#failure ??= new Failure(Exit.failed, error.message);
		else throw error;
		// Not at once: the caller may stand in the middle of what the source has just given.
		queueMicrotask(() => this.#stop());
	}

	/** What an output throws must not end the streams of other plans. */
	readonly #guard = (write: () => void): void => {
		if (this.#outputClosed) return;
		try {
			write();
		} catch (error) {
			this.#fail(error);
		}
	};

	readonly #warn = (message: string): void => {
		if (this.#warned.has(message)) return;
		this.#warned.add(message);
		this.#options.console.say(`warning: ${message}`);
	};

	async #run({ demand, plans, path }: Group): Promise<void> {
		const { console, record, scope } = this.#options;
		const source = await openSource(path, demand, { everything: record !== null });
		this.#sources.push(source);
		const { info } = source;
		const { outputs, recorder } = await this.#openOutputs(source, plans);
		const pauses = watchEventLoop(source);
		const progress = (): string => completenessLine(this.#exchanges, null, this.#completeness);
		const notices = info.live ? watchLive(console, plans, progress, this.#guard) : null;
		const ended = runFeed({
			source,
			demand,
			running: plans.map((plan, i) => this.#running(plan, outputs[i], () => notices?.seen())),
			completeness: this.#completeness,
			refreshEvery: info.live && outputs.some(({ refreshes }) => refreshes) ? REFRESH_NS : null,
			warn: this.#warn,
			fail: (reason) => {
				this.#failure ??= new Failure(Exit.incomplete, reason);
			},
			record: recorder && ((bytes, length) => recorder.write(bytes, length)),
			inScope: scope && withinScope(scope, info.live),
			onExchanges: (count) => {
				this.#exchanges += count;
				if (plans.some(({ shape }) => shape === 'tables')) notices?.seen();
			},
		});
		if (info.live) this.#releaseCommand(source);
		if (this.#interrupted !== null) source.stop();
		const error = await ended;
		notices?.stop();
		if (pauses !== null) console.say(pauses());
		recorder?.close();
		if ('tornBytes' in source && typeof source.tornBytes === 'number') this.#completeness.tornBytes += source.tornBytes;
		for (const { sink, printer } of outputs) {
			this.#guard(() => sink.end());
			if (printer !== console.out) printer.close();
		}
		if (error !== null) throw new Failure(Exit.failed, error.message);
	}

	async #openOutputs(source: Source, plans: readonly Plan[]) {
		const { console, format, record } = this.#options;
		const { info } = source;
		try {
			const outputs = await Promise.all(plans.map((plan) => openOutput(plan, info, console, format)));
			const recorder = record === null ? null : openRecorder(record, info, (why) => this.#endRecording(why));
			return { outputs, recorder };
		} catch (error) {
			// A source that is open lets go only of a flow that has begun.
			source.start(
				() => {},
				() => {},
			);
			source.stop();
			throw error;
		}
	}

	#running(plan: Plan, { sink }: Output, seen: () => void): Running {
		const take = (signal: Signal): void => {
			const rows = finalRows(signal).length;
			if (rows > 0) seen();
			this.#rows += rows;
			sink.take(signal);
		};
		return { plan, take: (signal) => this.#guard(() => take(signal)), fail: (error) => this.#fail(error) };
	}

	/** The capture runs: now the command may, and its end is the end of the capture. */
	#releaseCommand(source: Source): void {
		const { command, console } = this.#options;
		command?.release();
		void command?.ended.then((how) => {
			if (how !== null && !this.#over) console.say(`the command ${how}`);
			source.stop();
		});
	}

	/** The query goes on without its recording, for what it shows is right; the exit status tells. */
	#endRecording(why: Failure): void {
		this.#options.console.say(why.message);
		this.#failure ??= new Failure(why.status, '');
	}
}
