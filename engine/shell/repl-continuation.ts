import type { REPLServer } from 'node:repl';

/**
 * node:repl begins the further lines of one input with `| `, and its symbol for that is not to be had. In this language
 * `|` is an operator, so the mark is exchanged, for one of the same width: the position of the cursor is counted by it.
 * Node v24, lib/internal/readline/interface.js: kMultilinePrompt.
 */
const THEIRS = /\n\| /g;
const OURS = '\n… ';

/** Writes `… ` before continued lines. */
export function markContinuedLines(server: REPLServer): void {
	const writer = server as REPLServer & { _writeToOutput(text: string): void };
	const write = writer._writeToOutput;
	writer._writeToOutput = (text) => write.call(server, text.replace(THEIRS, OURS));
}
