import { closeSync, fchownSync, openSync } from 'node:fs';
import { reasonOf } from '../capture/recording-error.ts';
import { OutputFailed, type Printer } from './printer.ts';
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

/** Whom a file that root writes for somebody else is given to. */
export interface Owner {
	readonly uid: number;
	readonly gid: number;
}

/**
 * Opens a file for results. They hold captured payload, so one that is made here is for its owner alone (0600), and one
 * made under sudo is given to who called sudo. A file that was there keeps its owner and mode. Throws OutputFailed.
 */
export function filePrinter(path: string, options: { append: boolean; owner: Owner | null }): Printer {
	const name = `'${path}'`;
	const flag = options.append ? 'a' : 'w';
	try {
		let fd: number;
		try {
			// Exclusive: a file or a link that somebody put there is not ours to give away.
			fd = openSync(path, `${flag}x`, 0o600);
			if (options.owner !== null) fchownSync(fd, options.owner.uid, options.owner.gid);
		} catch {
			// Through a link to nothing it is made here all the same.
			fd = openSync(path, flag, 0o600);
		}
		return { ...plainPrinter(fd, name), close: () => closeSync(fd) };
	} catch (error) {
		throw new OutputFailed(`cannot write ${name}: ${reasonOf(error)}`);
	}
}
