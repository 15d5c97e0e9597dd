import {
	closeSync,
	constants,
	fchmodSync,
	fchownSync,
	fsyncSync,
	openSync,
	realpathSync,
	renameSync,
	rmSync,
	type Stats,
	statSync,
	writeFileSync,
} from 'node:fs';
import { errnoName } from '../file-error.ts';

/** No new file can be made there, or none of that owner, or it cannot be put in the other's place. */
const REFUSALS: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EEXIST', 'ENAMETOOLONG']);

function writeBeside(path: string, text: string, { mode, uid, gid }: Stats): void {
	const fd = openSync(path, 'wx', 0o600);
	try {
		fchownSync(fd, uid, gid);
		fchmodSync(fd, mode);
		writeFileSync(fd, text);
		fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
}

/**
 * Writes a file anew, wholly or, as on a full disk, not at all: beside it, with its owner and mode, and then in its place.
 * Where that is not possible it is written as it stands. Throws what node:fs throws.
 */
export function replaceFile(path: string, text: string): void {
	// A link stays one.
	const target = realpathSync(path);
	// What may not be written is not replaced either.
	closeSync(openSync(target, constants.O_WRONLY));
	const facts = statSync(target);
	// Another name of the same file would keep the old text.
	if (!facts.isFile() || facts.nlink > 1) {
		writeFileSync(target, text);
		return;
	}
	const beside = `${target}.new-${process.pid}`;
	try {
		writeBeside(beside, text, facts);
		renameSync(beside, target);
	} catch (error) {
		const isRefused = REFUSALS.has(errnoName(error));
		if (errnoName(error) !== 'EEXIST') rmSync(beside, { force: true });
		if (!isRefused) throw error;
		writeFileSync(target, text);
	}
}
