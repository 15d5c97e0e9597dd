import type { Printer } from './printer.ts';
import { writeAll } from './write-all.ts';

/** What a table is fitted to where no terminal says: most pagers and mails show as much. */
const PIPE_WIDTH = 120;

/** A pipe or file that is open already: text goes out as it comes. `name` is what messages call it. */
export const plainPrinter = (fd: number, name: string): Printer => ({
	terminal: false,
	color: false,
	width: Number(process.env.COLUMNS) || PIPE_WIDTH,
	height: Number.POSITIVE_INFINITY,
	print: (text) => writeAll(fd, Buffer.from(text), name),
	printBytes: (bytes) => writeAll(fd, bytes, name),
	live: () => {},
	status: () => {},
	close: () => {},
});
