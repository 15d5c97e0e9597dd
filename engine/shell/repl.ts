import type { REPLServer } from 'node:repl';
import type { parse } from '../../grammar/parse.ts';
import type { SourceText } from '../../grammar/span.ts';
import type { Console } from './console.ts';
import { Exit, usage } from './exit.ts';
import { report } from './program.ts';
import { completeCommand, defineCommands, missingDot } from './repl-commands.ts';
import { provideConsoleClass } from './repl-console.ts';
import { keepTypedAhead, markContinuedLines, showAtPrompt, withLineFeeds } from './repl-continuation.ts';
import { keepHistory } from './repl-history.ts';
import { Inputs } from './repl-inputs.ts';
import { replOutput } from './repl-output.ts';
import { promptOnResize } from './repl-resize.ts';
import { Tabs } from './repl-tabs.ts';
import { answerUnknownCommands } from './repl-unknown-command.ts';
import type { Settings } from './settings.ts';

const PROMPT = 'ciq> ';
const NAME = '<input>';

/** Who starts the shell by chance has to find out of it again. */
const GREETING = 'a query such as `watch http | head 5`; .help tells what there is, Ctrl-D leaves\n';

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
		if (!inputs.cancel()) clearLine.call(server);
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
	provideConsoleClass();
	// Not by import(), which a start-up snapshot does not have for what is not in the bundle.
	const { Recoverable, start } = process.getBuiltinModule('node:repl');
	const grammar = await import('../../grammar/parse.ts');
	const { Paste } = await import('./repl-paste.ts');
	if (process.stdin.isTTY && process.stdout.isTTY) console.tell(GREETING);
	const tabs = new Tabs();
	const inputs = new Inputs(settings, console);
	const keepPromptAway = promptOnResize(process.stdout, () => inputs.isBusy);
	const ended = Promise.withResolvers<unknown>();
	const server = start({
		prompt: PROMPT,
		input: process.stdin,
		output: replOutput(console.out, ended.resolve),
		preview: false,
		// Not with `useGlobal`: it puts Node's modules on globalThis, where native callbacks take `domain` for their own.
		useGlobal: false,
		ignoreUndefined: true,
		completer: (line: string, done: CompleteDone) => {
			tabs.begin();
			completeLine(line, (...answer) => {
				done(...answer);
				tabs.done();
			});
		},
		eval: (typed, _context, _file, done) => {
			const text = withLineFeeds(typed);
			const source: SourceText = { name: NAME, text: text.trimEnd() };
			if (source.text === '') return done(null, undefined);
			const parsed = grammar.parse(source);
			if (isUnfinished(parsed, text)) return done(new Recoverable(new SyntaxError()), undefined);
			const before = prompts();
			const work = async (): Promise<void> => {
				if (prompts() > before) showAtPrompt(server, source.text);
				const mend = missingDot(source.text, (name) => inputs.defines(name));
				if (mend !== null) return console.tell(mend);
				const wrong = await report(parsed.diagnostics, console, settings.diagnostics);
				if (!wrong) await inputs.evaluate(parsed.program);
			};
			paste.add({
				text: source.text,
				run: () => void inputs.run(work).then(() => done(null, undefined)),
				goOn: () => done(new Recoverable(new SyntaxError()), undefined),
			});
		},
	});
	tabs.watch(server);
	const paste = new Paste(server);
	keepPromptAway();
	markContinuedLines(server);
	const prompts = keepTypedAhead(server);
	endQueriesByCtrlC(server, inputs);
	defineCommands(server, inputs, console, prompts);
	answerUnknownCommands(server, console);
	const historyWritten = await keepHistory(server);
	server.once('exit', () => ended.resolve(null));
	const failure = await ended.promise;
	paste.end();
	inputs.interrupt();
	await Promise.all([inputs.idle, historyWritten()]);
	if (failure !== null) throw failure;
	return Exit.done;
}
