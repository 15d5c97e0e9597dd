/** Where results go: a terminal, a pipe or a file. Every text given to a terminal is already safe to show (sanitize.ts). */
export interface Printer {
	/** What is printed is seen by a person now: tables are fitted and refreshed. */
	readonly terminal: boolean;
	readonly color: boolean;
	/** Columns and rows of the terminal; of a pipe, what a table is fitted to. */
	readonly width: number;
	readonly height: number;
	/** Whole lines that stay, written before it returns. Throws OutputClosed when nobody reads any more. */
	print(text: string): void;
	/** The same for what is no text; absent of a terminal, which could act on it. */
	printBytes?(bytes: Uint8Array): void;
	/**
	 * Lines that stand below what was printed until they are replaced; empty takes them away. `owner` tells the parts of
	 * several writers apart. A pipe has no such lines.
	 */
	live(owner: object, text: string): void;
	/** One line at the very foot, below all live lines, without a newline; empty takes it away. */
	status(line: string): void;
	/** Whether a file has something of this result by now, and nothing of what it held before; absent of what is no file. */
	begun?(): boolean;
	/** Takes away the live lines and closes a file. One that is not begun is empty then, or as it was when the query failed. */
	close(failed?: boolean): void;
}

/** The reader went away (EPIPE): not a failure, there is only nothing more to do. */
export class OutputClosed extends Error {}

/** So did the terminal itself, as when its window is closed. */
export class TerminalClosed extends OutputClosed {}

/** The output cannot be written: the message says which and why. */
export class OutputFailed extends Error {}
