import { fstatSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { plainPrinter } from '../output/plain.ts';
import type { Printer } from '../output/printer.ts';
import { visible } from '../output/sanitize.ts';
import { screenPrinter } from '../output/screen.ts';
import { writeAll } from '../output/write-all.ts';

const STDOUT = 1;
const STDERR = 2;
/** ECMA-48, EL: from the cursor to the end of the line. */
const CLEAR_LINE = '\x1b[K';

/** The two ways to the user: results, and what is said about them. */
export interface Console {
	readonly out: Printer;
	/** Results go to another program, which the terminal's Ctrl-C ends as well. */
	readonly piped?: boolean;
	/** stderr takes colour. */
	readonly colorErrors: boolean;
	/** One line on stderr behind the program's name. Never fails: there is nobody left to tell. */
	say(message: string): void;
	/** Lines on stderr as they are, already safe. */
	tell(text: string): void;
	/** One line that stands on the terminal until the next one, or until anything is said; empty takes it away. Absent without one. */
	progress?(line: string): void;
}

/**
 * The stream of a terminal that moves its cursor; null where there is none. Of a file or a pipe the stream is not asked:
 * all is written by its number, and a stream that is made for nothing takes its time at every start.
 */
const terminalAt = (fd: number, stream: () => WriteStream): WriteStream | null =>
	process.env.TERM !== 'dumb' && fstatSync(fd).isCharacterDevice() && stream().isTTY === true ? stream() : null;

export function openConsole(): Console {
	const terminal = terminalAt(STDOUT, () => process.stdout);
	const errorTerminal = terminalAt(STDERR, () => process.stderr);
	// https://no-color.org: set and not empty.
	const color = !process.env.NO_COLOR;
	const out = terminal ? screenPrinter(STDOUT, terminal, color) : plainPrinter(STDOUT, 'standard output');
	let stands = false;
	/** Below results on the same terminal, or alone where these go elsewhere. */
	const progress = (line: string): void => {
		try {
			if (terminal) out.status(line);
			else if (stands || line !== '') writeAll(STDERR, Buffer.from(`\r${CLEAR_LINE}${line}`), 'standard error');
			stands = line !== '';
		} catch {
			// As below.
		}
	};
	const tell = (text: string): void => {
		if (stands) progress('');
		try {
			// On one terminal both share the screen, and lines that stand in place must move out of the way.
			if (terminal && errorTerminal) out.print(text);
			else writeAll(STDERR, Buffer.from(text), 'standard error');
		} catch {
			// The message is lost with the terminal; the exit status still tells.
		}
	};
	return {
		out,
		piped: fstatSync(STDOUT).isFIFO(),
		colorErrors: errorTerminal !== null && color,
		tell,
		...((terminal || errorTerminal) && { progress }),
		say: (message) => tell(`claudeinsight: ${message.split('\n').map(visible).join('\n')}\n`),
	};
}
