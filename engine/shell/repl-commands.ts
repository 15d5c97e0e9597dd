import type { REPLServer } from 'node:repl';
import { PROTOCOLS } from '../protocols/registry.ts';
import type { Console } from './console.ts';
import { allEntries } from './reference/entries.ts';
import { fieldsText, helpOn, operatorsText, overviewText } from './reference/text.ts';

const KEYS = `
.help NAME tells more of one of them, of a field or of the code of a message; .fields lists the fields.
Ctrl-C ends a query, an empty line an unfinished one; .exit or Ctrl-D leaves.
`;

function help(name: string): string {
	if (name === '') return overviewText() + KEYS;
	const found = helpOn(name);
	if ('text' in found) return found.text;
	return `there is no help on \`${name}\`${found.meant === null ? '; .help lists what there is' : `: did you mean \`${found.meant}\`?`}\n`;
}

interface ShellCommand {
	readonly help: string;
	readonly answer: (about: string) => string;
}

/** What only tells something, by name. */
const COMMANDS: Readonly<Record<string, ShellCommand>> = {
	help: { help: 'what there is, or more of one thing', answer: help },
	fields: {
		help: 'the fields of a protocol, or of all',
		answer: (protocol) => fieldsText(protocol) ?? `there is no protocol \`${protocol}\`\n`,
	},
	ops: { help: 'the operators', answer: operatorsText },
};

/** What can be asked about with a command. */
const ABOUT: Readonly<Record<string, () => readonly string[]>> = {
	'.help': () => allEntries().map(({ name }) => name),
	'.fields': () => PROTOCOLS.map(({ name }) => name),
};

/** Completes the name of a command, or what it is asked about. */
export function completeCommand(line: string): readonly [words: readonly string[], partial: string] {
	const [, command = '', about] = /^(\.\w*)(?:\s+(\S*))?$/.exec(line) ?? [];
	const names = [...Object.keys(COMMANDS), 'exit'].map((name) => `.${name}`);
	const words = about === undefined ? names : Object.hasOwn(ABOUT, command) ? ABOUT[command]() : [];
	const partial = about ?? command;
	return [[...new Set(words)].filter((word) => word.startsWith(partial)).sort(), partial];
}

/** The commands of the shell, in place of those of node:repl, which are for JavaScript. */
export function defineCommands(server: REPLServer, console: Console): void {
	for (const name of Object.keys(server.commands)) delete (server.commands as Record<string, unknown>)[name];
	for (const [name, { help, answer }] of Object.entries(COMMANDS)) {
		server.defineCommand(name, {
			help,
			action(about) {
				console.tell(answer(about.trim()));
				this.displayPrompt();
			},
		});
	}
	server.defineCommand('exit', {
		help: 'leave',
		action() {
			this.close();
		},
	});
}
