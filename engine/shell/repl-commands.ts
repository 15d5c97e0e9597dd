import type { REPLServer } from 'node:repl';
import { nearest } from '../../grammar/suggest.ts';
import { OPERATORS } from '../query/operators/registry.ts';
import { libraryView, viewNames } from '../query/views/library.ts';
import type { Console } from './console.ts';

const OVERVIEW = `A query is a pipeline: watch http where path ~ "/api" | stat by remote_ip slow 5s
Ctrl-C ends a query, an empty line an unfinished one; .exit or Ctrl-D leaves.
.help NAME tells more of:
`;

const firstLine = (text: string): string => text.split('\n', 1)[0];

/** What there is to be told of: operators, and the views of the library. */
function names(): [name: string, doc: string][] {
	const operators = [...OPERATORS.values()].map(({ name, doc }): [string, string] => [name, doc]);
	const views = viewNames().map((name): [string, string] => [name, firstLine(libraryView(name)?.op.doc ?? '')]);
	return [...operators, ...views];
}

function overview(): string {
	const all = names();
	const width = Math.max(...all.map(([name]) => name.length));
	return OVERVIEW + all.map(([name, doc]) => `  ${name.padEnd(width)}  ${doc}\n`).join('');
}

function help(name: string): string {
	const operator = OPERATORS.get(name);
	if (operator !== undefined) {
		const examples = operator.examples.map((example) => `  ${example}\n`).join('');
		return `${operator.usage}\n${operator.doc}\n${examples}`;
	}
	const view = libraryView(name);
	if (view !== null) return view.source.text;
	const meant = nearest(
		name,
		names().map(([known]) => known),
	);
	return `no operator \`${name}\`${meant === null ? '; .help lists them' : `: did you mean \`${meant}\`?`}\n`;
}

/** The commands of the shell, in place of those of node:repl, which are for JavaScript. */
export function defineCommands(server: REPLServer, console: Console): void {
	for (const name of Object.keys(server.commands)) delete (server.commands as Record<string, unknown>)[name];
	server.defineCommand('help', {
		help: 'what there is, or more of one operator',
		action(name) {
			console.tell(name.trim() === '' ? overview() : help(name.trim()));
			this.displayPrompt();
		},
	});
	server.defineCommand('exit', {
		help: 'leave',
		action() {
			this.close();
		},
	});
}
