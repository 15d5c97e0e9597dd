import type { REPLServer } from 'node:repl';
import { nearest } from '../../grammar/suggest.ts';
import { visible } from '../output/sanitize.ts';
import type { Console } from './console.ts';

/** What leaves other shells. */
export const LEAVING: readonly string[] = ['quit', 'q', 'bye', 'logout'];

/** What is said of a name that no command has. */
export function noCommand(name: string, known: readonly string[]): string {
	const meant = LEAVING.includes(name) ? 'exit' : nearest(name, known);
	const mend = meant === null ? `; there are ${known.map((one) => `.${one}`).join(', ')}` : `: did you mean .${meant}?`;
	return `no command .${visible(name)}${mend}\n`;
}

/**
 * node:repl says "Invalid REPL keyword" for a command that it does not know, and offers no place to say it better (Node
 * v24, lib/repl.js, onLine). It looks commands up in an object, so what that object inherits is asked for the others.
 */
export function answerUnknownCommands(server: REPLServer, console: Console): void {
	const { commands } = server;
	const known = Object.keys(commands);
	const unknown = (name: string) => ({
		action(this: REPLServer): void {
			console.tell(noCommand(name, known));
			this.displayPrompt();
		},
	});
	const anyOther = new Proxy(Object.create(null), {
		get: (_, name) => (typeof name === 'string' ? unknown(name) : undefined),
	});
	Object.setPrototypeOf(commands, anyOther);
}
