import type { Program } from '../../grammar/ast.ts';
import { OutputClosed, OutputFailed } from '../output/printer.ts';
import type { Plan } from '../query/plan.ts';
import type { Console } from './console.ts';
import { Exit, Failure, usage } from './exit.ts';
import type { KeptResults } from './kept-results.ts';
import { check, printExplanations } from './program.ts';
import { Definitions } from './repl-definitions.ts';
import { scopeNotice } from './scope-notice.ts';
import { Session } from './session.ts';
import type { Settings } from './settings.ts';

/** Runs the inputs of a shell one after the other; what is typed meanwhile waits. */
export class Inputs {
	readonly settings: Settings;
	readonly kept: KeptResults = new Map();
	readonly #console: Console;
	readonly #definitions = new Definitions();
	#session: Session | null = null;
	/** A query is being checked, which takes a moment when it is the first. */
	#isChecking = false;
	#last: Promise<void> = Promise.resolve();
	/** The latest that was run, with the definitions and the results that it used: its own has taken the place of the last. */
	#query: (ReturnType<Definitions['withEarlier']> & { readonly kept: KeptResults }) | null = null;
	/** It has been said that flags restrict files. */
	#scopeTold = false;
	/** Goes up when what waits is given up. */
	#generation = 0;
	/** How many were typed or pasted and have not begun. */
	#waiting = 0;

	constructor(settings: Settings, console: Console) {
		this.settings = settings;
		this.#console = console;
	}

	/** Resolves when everything that was typed has run. */
	get idle(): Promise<void> {
		return this.#last;
	}

	/** Whether an earlier input has defined that name. */
	defines(name: string): boolean {
		return this.#definitions.has(name);
	}

	/** The screen is that of a query. */
	get isBusy(): boolean {
		return this.#session !== null || this.#isChecking;
	}

	/** Runs it after what was typed before; resolves when it has ended, whatever came of it. */
	run(work: () => void | Promise<void>): Promise<void> {
		const generation = this.#generation;
		this.#waiting++;
		this.#last = this.#last.then(async () => {
			if (generation !== this.#generation) return;
			this.#waiting--;
			try {
				await work();
			} catch (error) {
				// The next prompt is not written either, which ends the shell.
				if (error instanceof OutputClosed) return;
				if (!(error instanceof Failure) && !(error instanceof OutputFailed)) throw error;
				if (error.message !== '') this.#console.say(error.message);
			}
		});
		return this.#last;
	}

	async evaluate(input: Program): Promise<void> {
		const { kept, settings } = this;
		const query = this.#definitions.withEarlier(input);
		const generation = this.#generation;
		this.#isChecking = true;
		const compiled = await check(query.program, settings, settings.scope, this.#console, { ...query, kept }).finally(
			() => {
				this.#isChecking = false;
			},
		);
		if (compiled === null || generation !== this.#generation) return;
		this.#definitions.keep(input);
		printExplanations(compiled, this.#console);
		const { plans } = compiled;
		if (plans.length === 0) return;
		await this.#tellScope(plans);
		if (generation !== this.#generation) return;
		this.#query = { ...query, kept: new Map(kept) };
		this.#session = new Session({ ...settings, plans, console: this.#console, command: null, kept });
		try {
			await this.#session.run();
		} finally {
			this.#session = null;
		}
	}

	async #tellScope(plans: readonly Plan[]): Promise<void> {
		const notice = this.#scopeTold ? null : await scopeNotice(plans, this.settings);
		if (notice === null) return;
		this.#scopeTold = true;
		this.#console.say(notice);
	}

	/** Prints what the latest query means, as `explain` does. Throws Failure. */
	async explainLatest(): Promise<void> {
		if (this.#query === null) throw usage('no query has run yet');
		const { program, module, kept } = this.#query;
		const statements = program.statements.map((statement) =>
			statement.kind === 'pipeline'
				? ({ kind: 'explain', flags: [], pipeline: statement, span: statement.span } as const)
				: statement,
		);
		const { settings } = this;
		const explained = { ...program, statements };
		const compiled = await check(explained, settings, settings.scope, this.#console, { module, kept });
		if (compiled !== null) printExplanations(compiled, this.#console);
	}

	/** Ends the query that runs and gives up what waits behind it; false when nothing runs. */
	interrupt(): boolean {
		if (this.#session === null) return false;
		this.#giveUp();
		this.#session.interrupt(Exit.interrupted);
		return true;
	}

	/** The same for Ctrl-C, which comes too soon for some queries: then they do not begin. */
	cancel(): boolean {
		if (!this.#isChecking) return this.interrupt();
		this.#giveUp();
		return true;
	}

	#giveUp(): void {
		this.#generation++;
		const [waited, were] = [this.#waiting, this.#waiting === 1 ? 'input' : 'inputs'];
		if (waited > 0) this.#console.say(`${waited} ${were} that waited behind it will not run`);
		this.#waiting = 0;
	}
}
