import type { REPLServer } from 'node:repl';
import type { Program } from '../../grammar/ast.ts';
import type { parse } from '../../grammar/parse.ts';
import type { SourceText } from '../../grammar/span.ts';
import type { Console } from './console.ts';
import { Exit, Failure, usage } from './exit.ts';
import { check, printExplanations, report } from './program.ts';
import { completeCommand, defineCommands } from './repl-commands.ts';
import { markContinuedLines, withLineFeeds } from './repl-continuation.ts';
import { Definitions } from './repl-definitions.ts';
import { keepHistory } from './repl-history.ts';
import { Session } from './session.ts';
import type { Settings } from './settings.ts';

const PROMPT = 'ciq> ';
const NAME = '<input>';

/** Runs the inputs of a shell one after the other; what is typed meanwhile waits. */
class Inputs {
	readonly #settings: Settings;
	readonly #console: Console;
	readonly #definitions = new Definitions();
	#session: Session | null = null;
	#last: Promise<void> = Promise.resolve();
	/** Goes up when what waits is given up. */
	#generation = 0;

	constructor(settings: Settings, console: Console) {
		this.#settings = settings;
		this.#console = console;
	}

	/** Resolves when everything that was typed has run. */
	get idle(): Promise<void> {
		return this.#last;
	}

	/** Runs it after what was typed before; resolves when it has ended, whatever came of it. */
	run(work: () => Promise<void>): Promise<void> {
		const generation = this.#generation;
		this.#last = this.#last.then(async () => {
			if (generation !== this.#generation) return;
			try {
				await work();
			} catch (error) {
				if (!(error instanceof Failure)) throw error;
				if (error.message !== '') this.#console.say(error.message);
			}
		});
		return this.#last;
	}

	async evaluate(input: Program): Promise<void> {
		const { program, module } = this.#definitions.withEarlier(input);
		const compiled = await check(program, this.#settings, this.#settings.scope, this.#console, module);
		if (compiled === null) return;
		this.#definitions.keep(input);
		printExplanations(compiled, this.#console);
		const { plans } = compiled;
		if (plans.length === 0) return;
		this.#session = new Session({ ...this.#settings, plans, console: this.#console, command: null });
		try {
			await this.#session.run();
		} finally {
			this.#session = null;
		}
	}

	/** Ends the query that runs and gives up what waits behind it; false when nothing runs. */
	interrupt(): boolean {
		if (this.#session === null) return false;
		this.#generation++;
		this.#session.interrupt(Exit.interrupted);
		return true;
	}
}

/** An unfinished input goes on in the next line; an empty line ends it as it is. */
const isUnfinished = ({ diagnostics }: ReturnType<typeof parse>, text: string): boolean =>
	diagnostics.some(({ incomplete }) => incomplete) && !/\n[ \t]*\n$/.test(text);

type CompleteDone = (error: Error | null, result?: [string[], string]) => void;

/** Commands begin with a dot; all else is the language, whose engine is loaded when it is first asked for. */
async function completeLine(line: string, done: CompleteDone): Promise<void> {
	try {
		const { complete } = await import('./completion/complete.ts');
		const [words, partial] = line.startsWith('.') ? completeCommand(line) : await complete(line);
		done(null, [[...words], partial]);
	} catch (error) {
		done(error instanceof Error ? error : new Error(String(error)));
	}
}

/** Ctrl-C ends the query and keeps the shell; with no query it does what node:repl does: it clears the line. */
function endQueriesByCtrlC(server: REPLServer, inputs: Inputs): void {
	const [clearLine] = server.listeners('SIGINT');
	server.removeAllListeners('SIGINT');
	server.on('SIGINT', () => {
		if (!inputs.interrupt()) clearLine.call(server);
	});
}

/** The shell, until it is left; the settings bind each of its queries. Gives the exit status. */
export async function runShell(
	settings: Settings,
	console: Console,
	command: readonly string[] | null,
): Promise<number> {
	if (command !== null) throw usage("a command behind -- needs a query: -e 'QUERY' -- COMMAND");
	if (settings.record !== null) throw usage('--record needs a query: each one in the shell would replace the file');
	const [{ Recoverable, start }, grammar] = await Promise.all([import('node:repl'), import('../../grammar/parse.ts')]);
	const inputs = new Inputs(settings, console);
	const server = start({
		prompt: PROMPT,
		preview: false,
		// Not with `useGlobal`: it puts Node's modules on globalThis, where native callbacks take `domain` for their own.
		useGlobal: false,
		ignoreUndefined: true,
		completer: (line: string, done: CompleteDone) => completeLine(line, done),
		eval: (typed, _context, _file, done) => {
			const text = withLineFeeds(typed);
			const source: SourceText = { name: NAME, text: text.trimEnd() };
			if (source.text === '') return done(null, undefined);
			const parsed = grammar.parse(source);
			if (isUnfinished(parsed, text)) return done(new Recoverable(new SyntaxError()), undefined);
			const work = async (): Promise<void> => {
				const wrong = await report(parsed.diagnostics, console, settings.diagnostics);
				if (!wrong) await inputs.evaluate(parsed.program);
			};
			void inputs.run(work).then(() => done(null, undefined));
		},
	});
	markContinuedLines(server);
	endQueriesByCtrlC(server, inputs);
	defineCommands(server, console);
	const historyWritten = await keepHistory(server);
	await new Promise<void>((resolve) => server.once('exit', resolve));
	inputs.interrupt();
	await Promise.all([inputs.idle, historyWritten()]);
	return Exit.done;
}
