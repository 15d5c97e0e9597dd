import type { Program } from '../../grammar/ast.ts';
import type { ScopeClause } from '../capture/demand.ts';
import { OutputClosed, OutputFailed, TerminalClosed } from '../output/printer.ts';
import { visibleLines } from '../output/sanitize.ts';
import { type Arguments, firstWordAt, parseArguments, unknownFlag } from './argv.ts';
import { isClassicCommand } from './classic.ts';
import { type Console, openConsole } from './console.ts';
import { Exit, Failure, usage } from './exit.ts';
import { helpText, versionText } from './help.ts';
import { declaredBy, ownParams } from './own-params.ts';
import { parseText } from './program.ts';
import { type Query, queryOf } from './query.ts';
import { runProgram } from './run.ts';
import { type Settings, settingsOf } from './settings.ts';

/**
 * `--name=value` that neither the command line nor the script knows; the shell and the classic forms have no parameters.
 * `isScript`: flags in front of its name are told from its parameters.
 */
function checkParams(program: Program | null, { params, general, classic }: Arguments, isScript: boolean): void {
	const declared = program === null ? [] : declaredBy(program);
	const isGiven = (name: string): boolean =>
		[...general.keys(), ...classic.map((flag) => flag.name)].some((known) => known === name);
	const taken = isScript ? undefined : declared.find(isGiven);
	if (taken !== undefined) throw usage(`--${taken} is a flag: give the parameter \`${taken}\` another name`);
	// What a module declares is known only to the checker.
	if (program?.statements.some(({ kind }) => kind === 'use')) return;
	const unknown = [...params.keys()].find((name) => !declared.includes(name));
	if (unknown !== undefined) throw unknownFlag(`--${unknown}`, declared);
}

async function programOf(query: Query, settings: Settings, console: Console): Promise<Program | null> {
	if (query.kind === 'text') return parseText(query.source, settings, console);
	if (query.kind === 'tree') return query.program;
	return null;
}

/** Flags beside a query of words restrict the capture; no text of the language says that. */
async function scopeComment(scope: ScopeClause): Promise<string> {
	const { scopeWords } = await import('../query/explain/scope-words.ts');
	return `# captured: ${scopeWords([scope]).join(' ')}\n`;
}

async function run(given: Arguments, isScript: boolean, console: Console): Promise<number> {
	const query = queryOf(given);
	if (query.kind === 'protocols') {
		const { protocolList } = await import('./protocol-list.ts');
		console.out.print(protocolList());
		return Exit.done;
	}
	const settings = settingsOf(given, query.kind === 'tree');
	if (query.kind === 'shell') {
		checkParams(null, given, false);
		const { runShell } = await import('./repl.ts');
		return runShell(settings, console, given.line.command);
	}
	const program = await programOf(query, settings, console);
	if (program === null) return Exit.usage;
	checkParams(program, given, isScript);
	// A script whose query did not make it here shall not believe that it ran.
	if (!program.statements.some(({ kind }) => kind === 'pipeline' || kind === 'explain')) {
		throw usage(`${program.source.name} has no query, only comments or definitions: add one, as 'watch http | head 5'`);
	}
	if (given.general.has('print-query')) {
		const { printProgram } = await import('../../grammar/print.ts');
		const restricted = query.kind === 'text' && settings.scope !== null ? await scopeComment(settings.scope) : '';
		console.out.print(visibleLines(`${restricted}${printProgram(program).trimEnd()}\n`));
		return Exit.done;
	}
	return runProgram(program, settings, console, given.line.command);
}

/** Of a script what it says of itself, else of the program. */
async function help(given: Arguments, console: Console): Promise<number> {
	const [script] = given.words;
	if (script === undefined || isClassicCommand(script.text) || isSubcommand(script.text)) {
		console.out.print(helpText());
		return Exit.done;
	}
	const program = await programOf(queryOf(given), settingsOf(given, false), console);
	if (program === null) return Exit.usage;
	const { scriptHelp } = await import('./script-help.ts');
	console.out.print(visibleLines(scriptHelp(program)));
	return Exit.done;
}

/** `flags` are those in front of its word. */
type Subcommand = (argv: readonly string[], console: Console, flags: readonly string[]) => number | Promise<number>;

/** What runs no query, by its first word; everything beside that is its own to read. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
	help: async () => (await import('./help-command.ts')).runHelp,
	doctor: async () => (await import('./doctor-command.ts')).runDoctor,
	fmt: async () => (await import('./fmt-command.ts')).runFmt,
};

/** Behind `help` flags are names, behind the others as in front of them. */
const asksForHelp = (command: string, words: readonly string[]): boolean =>
	command !== 'help' && words.some((word) => word === '--help' || word === '-h');

const isSubcommand = (word: string): boolean => Object.hasOwn(SUBCOMMANDS, word);

/** Asked for in front of whatever command. */
const FIRST_OF_ALL: readonly string[] = ['--help', '-h', '--version', '-V'];

/** The program: takes argv (without node and script) and gives the exit status. What fails is said in one message. */
export async function main(argv: readonly string[], console = openConsole()): Promise<number> {
	try {
		const at = firstWordAt(argv);
		const [flags, first = '', rest] = [argv.slice(0, at), argv[at], argv.slice(at + 1)];
		if (isSubcommand(first) && asksForHelp(first, rest)) {
			console.out.print(helpText());
			return Exit.done;
		}
		if (isSubcommand(first) && !flags.some((flag) => FIRST_OF_ALL.includes(flag)))
			return await (await SUBCOMMANDS[first]())(rest, console, flags);
		const own = await ownParams(argv);
		const given = parseArguments(argv, own ?? undefined);
		if (given.general.has('version')) console.out.print(versionText());
		else if (given.general.has('help')) return await help(given, console);
		else return await run(given, own !== null, console);
		return Exit.done;
	} catch (error) {
		if (error instanceof OutputClosed) return error instanceof TerminalClosed ? Exit.hungUp : Exit.done;
		if (!(error instanceof Failure) && !(error instanceof OutputFailed)) throw error;
		if (error.message !== '') console.say(error.message);
		return error instanceof Failure ? error.status : Exit.failed;
	}
}
