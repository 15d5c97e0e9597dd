import { fstatSync, writeSync } from 'node:fs';
import { errnoName, reasonOf } from '../file-error.ts';
import { OutputClosed, OutputFailed, TerminalClosed } from './printer.ts';

/** A pipe whose reader is slow and which somebody made non-blocking: how long to wait before the next try. */
const RETRY_MS = 2;

function nap(): void {
	// Made when it is needed: a start-up snapshot has no SharedArrayBuffer.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}

/**
 * Writes all of the bytes before it returns: a record is out as soon as it is known, and an exit right after loses
 * nothing. `name` is what messages call the file.
 */
export function writeAll(fd: number, bytes: Uint8Array, name: string): void {
	let done = 0;
	while (done < bytes.length) {
		try {
			done += writeSync(fd, bytes, done);
		} catch (error) {
			const code = errnoName(error);
			if (code === 'EAGAIN') nap();
			else if (code === 'EPIPE') throw new OutputClosed(name);
			// A terminal that is gone no longer tells that it is one (tty_ioctl(4)); of a disk the same is a failure.
			else if (code === 'EIO' && fstatSync(fd).isCharacterDevice()) throw new TerminalClosed(name);
			else throw new OutputFailed(`cannot write ${name}: ${reasonOf(error)}`);
		}
	}
}
