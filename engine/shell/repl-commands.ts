import type { REPLServer } from 'node:repl';
import { PROTOCOLS } from '../protocols/registry.ts';
import { OTHER_LANGUAGES } from '../query/other-languages.ts';
import type { Console } from './console.ts';
import { usage } from './exit.ts';
import { parseText } from './program.ts';
import { allEntries } from './reference/entries.ts';
import { fitHelp } from './reference/fit-help.ts';
import { fieldsText, helpOn, operatorsText, overviewText } from './reference/text.ts';
import { showAtPrompt } from './repl-continuation.ts';
import type { Inputs } from './repl-inputs.ts';
import { keepResult, showRow } from './repl-results.ts';
import { saveResult } from './repl-save.ts';
import { LEAVING, noCommand } from './repl-unknown-command.ts';
import { scriptText } from './script-text.ts';

const KEYS = `
Results: the last one is kept: a query that begins with | goes on from it, and so does \`from last\`.
.show N shows row N in full, .save FILE writes it (csv, json, md, …), .keep NAME names it for \`from NAME\`,
.plan explains the latest query, .load FILE runs a script.
.help NAME tells more of one of them, of a field or of the code of a message; .fields lists the fields.
.doctor says whether live capture is possible here, and what it sees.
Ctrl-C ends a query, an empty line an unfinished one; .exit or Ctrl-D leaves.
`;

function help(name: string): string {
	if (name === '') return overviewText() + KEYS;
	const found = helpOn(name);
	if ('text' in found) return found.text;
	const command = name.replace(/^\./, '');
	if (COMMAND_NAMES.includes(command)) return helpOnCommand(command);
	if (name.startsWith('.')) return noCommand(command, COMMAND_NAMES);
	return `there is no help on \`${name}\`${found.meant === null ? '; .help lists what there is' : `: did you mean \`${found.meant}\`?`}\n`;
}

interface ShellCommand {
	/** What stands behind its name. */
	readonly takes?: string;
	readonly help: string;
	/** Gives what is printed. Throws Failure. */
	readonly answer: (about: string, shell: Shell) => string | Promise<string>;
}

interface Shell {
	readonly inputs: Inputs;
	readonly console: Console;
}

/** By name. */
const COMMANDS: Readonly<Record<string, ShellCommand>> = {
	help: {
		takes: '[NAME]',
		help: 'what there is, or more of one thing',
		answer: (name, { console }) => fitHelp(help(name), console.out),
	},
	fields: {
		takes: '[PROTOCOL]',
		help: 'the fields of a protocol, or of all',
		answer: (protocol, { console }) =>
			fitHelp(fieldsText(protocol) ?? `there is no protocol \`${protocol}\`\n`, console.out),
	},
	ops: { help: 'the operators', answer: (_, { console }) => fitHelp(operatorsText(), console.out) },
	plan: {
		help: 'what the latest query means and captures',
		answer: async (_, { inputs }) => {
			await inputs.explainLatest();
			return '';
		},
	},
	show: {
		takes: 'N',
		help: 'a row of the last result in full',
		answer: (row, { inputs, console }) => showRow(inputs.kept, row, console, inputs.settings.maxPrintBytes),
	},
	save: {
		takes: 'FILE',
		help: 'writes the last result to a file',
		answer: async (path, { inputs }) => `${await saveResult(inputs.kept, path, inputs.settings.from)}\n`,
	},
	keep: {
		takes: 'NAME',
		help: 'names the last result',
		answer: (name, { inputs }) => `${keepResult(inputs.kept, name)}\n`,
	},
	doctor: {
		help: 'whether live capture is possible here, and what it sees',
		answer: async (_, { inputs, console }) => {
			const { doctorText } = await import('./doctor-command.ts');
			return doctorText(inputs.settings.captureMode, console.out).text;
		},
	},
	load: {
		takes: 'FILE',
		help: 'runs a script',
		answer: async (path, { inputs, console }) => {
			if (path === '') throw usage('.load FILE: a script of the language');
			const program = await parseText(scriptText(path), inputs.settings, console);
			if (program !== null) await inputs.evaluate(program);
			return '';
		},
	},
};

const EXIT = { help: 'leave' } as const;

const COMMAND_NAMES: readonly string[] = [...Object.keys(COMMANDS), 'exit'];

function helpOnCommand(name: string): string {
	const { takes, help }: Omit<ShellCommand, 'answer'> = COMMANDS[name] ?? EXIT;
	return `.${name}${takes === undefined ? '' : ` ${takes}`}: ${help}\n`;
}

/**
 * What is said of a line that begins with a command without its dot; null for others, and for what the language knows: a
 * definition, or with words behind it an operator of another language, whose mend tells more.
 */
export function missingDot(line: string, isDefined: (name: string) => boolean): string | null {
	const [, word = '', rest = ''] = /^\s*(\w+)\s*(.*)$/s.exec(line) ?? [];
	const meant = LEAVING.includes(word) ? 'exit' : word;
	if (!COMMAND_NAMES.includes(meant) || rest.startsWith('|') || isDefined(word)) return null;
	return rest !== '' && OTHER_LANGUAGES.has(word) ? null : `no operator ${word}: did you mean .${meant}?\n`;
}

/** What can be asked about with a command. */
const ABOUT: Readonly<Record<string, () => readonly string[]>> = {
	'.help': () => allEntries().map(({ name }) => name),
	'.fields': () => PROTOCOLS.map(({ name }) => name),
};

/** Completes the name of a command, or what it is asked about. */
export function completeCommand(line: string): readonly [words: readonly string[], partial: string] {
	const [, command = '', about] = /^(\.\w*)(?:\s+(\S*))?$/.exec(line) ?? [];
	const names = COMMAND_NAMES.map((name) => `.${name}`);
	const words = about === undefined ? names : Object.hasOwn(ABOUT, command) ? ABOUT[command]() : [];
	const partial = about ?? command;
	return [[...new Set(words)].filter((word) => word.startsWith(partial)).sort(), partial];
}

/** The commands of the shell, in place of those of node:repl, which are for JavaScript. */
export function defineCommands(server: REPLServer, inputs: Inputs, console: Console, prompts: () => number): void {
	for (const name of Object.keys(server.commands)) delete (server.commands as Record<string, unknown>)[name];
	for (const [name, { help, answer }] of Object.entries(COMMANDS)) {
		server.defineCommand(name, {
			help,
			action(about) {
				const before = prompts();
				const work = async (): Promise<void> => {
					if (prompts() > before) showAtPrompt(server, `.${name} ${about}`.trimEnd());
					console.out.print(await answer(about.trim(), { inputs, console }));
				};
				void inputs.run(work).then(() => this.displayPrompt());
			},
		});
	}
	server.defineCommand('exit', {
		...EXIT,
		action() {
			this.close();
		},
	});
}
