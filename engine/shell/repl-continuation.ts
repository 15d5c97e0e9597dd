import type { REPLServer } from 'node:repl';
import { visibleLines } from '../output/sanitize.ts';

/*
 * Node v24, lib/internal/readline/interface.js: kMultilinePrompt and addHistory. Neither symbol is to be had from
 * outside.
 */
const THEIRS = '| ';
const OURS = '… ';

/**
 * node:repl begins the further lines of one input with `| `. In this language `|` is an operator, so the mark is exchanged
 * for another of the same width, by which Node counts the position of the cursor.
 */
export function markContinuedLines(server: REPLServer): void {
	const writer = server as REPLServer & { _writeToOutput(text: string): void };
	const write = writer._writeToOutput;
	writer._writeToOutput = (text) =>
		write.call(server, text === THEIRS ? OURS : text.replaceAll(`\n${THEIRS}`, `\n${OURS}`));
}

/** On its way through the history an input of several lines has its line feeds exchanged for carriage returns. */
export const withLineFeeds = (text: string): string => text.replaceAll('\r', '\n');

/**
 * A prompt that is shown behind results leaves what was typed meanwhile as it was, and the results above it. What is given
 * tells how many were shown.
 */
export function keepTypedAhead(server: REPLServer): () => number {
	// Node v24, lib/internal/readline/interface.js, kRefreshLine: so many rows up is where the input begins.
	const editor = server as REPLServer & { prevRows: number };
	const display = server.displayPrompt.bind(server);
	let shown = 0;
	editor.displayPrompt = (preserveCursor) => {
		shown++;
		editor.prevRows = 0;
		display(preserveCursor ?? server.line !== '');
	};
	return () => shown;
}

/** What was typed while another query ran, where it begins: behind the prompt that has come since, in place of what is typed now. */
export function showAtPrompt(server: REPLServer, text: string): void {
	if (!server.terminal || process.env.TERM === 'dumb') return;
	// ECMA-48: erase to the end of the screen.
	server.output.write(`\r\x1b[J${server.getPrompt()}${visibleLines(text).replaceAll('\n', `\n${OURS}`)}\n`);
}
