import {
	closeSync,
	constants,
	fchownSync,
	fstatSync,
	ftruncateSync,
	openSync,
	readdirSync,
	rmSync,
	statSync,
} from 'node:fs';
import { reasonOf } from '../file-error.ts';
import { lacksLineEnd, takeBack } from './last-line.ts';
import { plainPrinter } from './plain.ts';
import { OutputFailed, type Printer } from './printer.ts';
import { replaceFile } from './replace-file.ts';
import { writeAll } from './write-all.ts';

/** Whom a file that root writes for somebody else is given to. */
export interface Owner {
	readonly uid: number;
	readonly gid: number;
}

export interface FileOptions {
	readonly append: boolean;
	readonly owner: Owner | null;
	/** What is printed is the whole of the file: it is put in the place of the old one when it is complete. */
	readonly whole?: boolean;
}

const PRIVATE = 0o600;

/** Nothing is taken away yet: the query may still fail. */
function open(path: string, { append, owner }: FileOptions): { readonly fd: number; readonly made: boolean } {
	const flags = constants.O_WRONLY | constants.O_CREAT | (append ? constants.O_APPEND : 0);
	try {
		// Exclusive: a file or a link that somebody put there is not ours to give away.
		const fd = openSync(path, flags | constants.O_EXCL, PRIVATE);
		if (owner !== null) fchownSync(fd, owner.uid, owner.gid);
		return { fd, made: true };
	} catch {
		// Through a link to nothing it is made here all the same.
		return { fd: openSync(path, flags, PRIVATE), made: false };
	}
}

/** As `/dev/stdout` is: who has it open would not see another file in its place. */
function isOpenTwice(fd: number): boolean {
	const { dev, ino } = fstatSync(fd);
	const same = readdirSync('/proc/self/fd').filter((name) => {
		const found = statSync(`/proc/self/fd/${name}`, { throwIfNoEntry: false });
		return found?.dev === dev && found.ino === ino;
	});
	return same.length > 1;
}

/**
 * Opens a file for results. They hold captured payload, so one that is made here is for its owner alone (0600), and one
 * made under sudo is given to who called sudo. A file that was there keeps its owner and mode, and what it holds until
 * something is written. Throws OutputFailed.
 */
export function filePrinter(path: string, options: FileOptions): Printer {
	const name = `'${path}'`;
	const attempt = <T>(act: () => T): T => {
		try {
			return act();
		} catch (error) {
			throw new OutputFailed(`cannot write ${name}: ${reasonOf(error)}`);
		}
	};
	const { fd, made } = attempt(() => open(path, options));
	const plain = plainPrinter(fd, name);
	const isFile = fstatSync(fd).isFile();
	const replaces = options.whole === true && isFile && !isOpenTwice(fd);
	let begun = options.append || !isFile;
	/** To be written in front of the first line. */
	let opening = options.append && isFile && lacksLineEnd(path) ? '\n' : '';
	const add = (text: string): void => {
		writeAll(fd, Buffer.from(opening + text), name, (count) => isFile && takeBack(fd, count));
		opening = '';
	};
	const begin = (): void => {
		if (!begun) attempt(() => ftruncateSync(fd));
		begun = true;
	};
	return {
		...plain,
		print: (text) => {
			if (replaces) attempt(() => replaceFile(path, text));
			else begin();
			begun = true;
			if (options.append) add(text);
			else if (!replaces) plain.print(text);
		},
		printBytes: (bytes) => {
			begin();
			plain.printBytes?.(bytes);
		},
		begun: () => begun,
		close: (failed = false) => {
			try {
				if (!failed) begin();
				else if (made && fstatSync(fd).size === 0) rmSync(path, { force: true });
			} finally {
				closeSync(fd);
			}
		},
	};
}
