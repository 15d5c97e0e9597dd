import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, readSync } from 'node:fs';

const LF = 10;

/** Whether what is added to a file would go on in its last line, as one that was killed left it; false where that cannot be read. */
export function lacksLineEnd(path: string): boolean {
	try {
		const fd = openSync(path, 'r');
		try {
			const last = Buffer.of(LF);
			readSync(fd, last, 0, 1, Math.max(0, fstatSync(fd).size - 1));
			return last[0] !== LF;
		} finally {
			closeSync(fd);
		}
	} catch {
		return false;
	}
}

/** Takes so many bytes, written last, out of a file again; false where that is not possible, as somebody wrote behind them. */
export function takeBack(fd: number, count: number): boolean {
	try {
		const { size } = fstatSync(fd);
		// Where our last write ended: proc(5).
		const [, pos] = /^pos:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
		if (Number(pos) !== size) return false;
		ftruncateSync(fd, size - count);
		return true;
	} catch {
		return false;
	}
}
