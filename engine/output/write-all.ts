import { fstatSync, writeSync } from 'node:fs';
import { errnoName, reasonOf } from '../file-error.ts';
import { OutputClosed, OutputFailed, TerminalClosed } from './printer.ts';

/** A pipe whose reader is slow and which somebody made non-blocking: how long to wait before the next try. */
const RETRY_MS = 2;

function nap(): void {
	// Made when it is needed: a start-up snapshot has no SharedArrayBuffer.
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}

const LF = 10;

/** How many of the first `done` bytes are of a line that goes on. */
const torn = (bytes: Uint8Array, done: number): number => done - bytes.subarray(0, done).lastIndexOf(LF) - 1;

/**
 * Writes all of the bytes before it returns: a record is out as soon as it is known, and an exit right after loses
 * nothing. `name` is what messages call the file; `takeBack` takes what was written of a line out of it again, if it can.
 */
export function writeAll(
	fd: number,
	bytes: Uint8Array,
	name: string,
	takeBack: (count: number) => boolean = () => false,
): void {
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
			else {
				const rest = torn(bytes, done);
				const isTorn = rest > 0 && !takeBack(rest);
				const end = isTorn ? '; what was written ends in the middle of a record' : '';
				throw new OutputFailed(`cannot write ${name}: ${reasonOf(error)}${end}`);
			}
		}
	}
}
