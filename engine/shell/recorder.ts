import { closeSync, constants, fchownSync, fstatSync, lstatSync, openSync } from 'node:fs';
import { RecordingError } from '../capture/recording-error.ts';
import { RecordingWriter } from '../capture/recording-writer.ts';
import type { CaptureInfo } from '../capture/source.ts';
import type { Owner } from '../output/file-printer.ts';
import { Exit, Failure } from './exit.ts';
import { sudoOwner } from './invoker.ts';

/** Gives a file that was just made to its new owner, unless it was exchanged for a link meanwhile. */
function give(path: string, { uid, gid }: Owner): void {
	const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
	try {
		const { nlink } = fstatSync(fd);
		if (nlink === 1) fchownSync(fd, uid, gid);
	} finally {
		closeSync(fd);
	}
}

const failure = ({ message }: RecordingError): Failure => new Failure(Exit.failed, message);

/**
 * Begins a recording. One that sudo makes is given to who called it, who then reads it without sudo. `onFailure` is
 * called once when it has to end early. Throws Failure.
 */
export function openRecorder(path: string, info: CaptureInfo, onFailure: (why: Failure) => void): RecordingWriter {
	const isNew = lstatSync(path, { throwIfNoEntry: false }) === undefined;
	try {
		const writer = new RecordingWriter(path, info, (error) => onFailure(failure(error)));
		const owner = sudoOwner();
		if (isNew && owner !== null) give(path, owner);
		return writer;
	} catch (error) {
		if (error instanceof RecordingError) throw failure(error);
		throw error;
	}
}
