import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import type { SourceText } from '../../grammar/span.ts';
import { reasonOf } from '../file-error.ts';
import { usage } from './exit.ts';

/** The descriptor of standard input. */
export const STDIN = 0;

/** More than the grammar takes, in UTF-8 of any language: what is longer is no script, and need not be in memory. */
const MAX_BYTES = 4 << 20;

/** The bytes of a file, of a pipe too, or null where there are more than `limit`. */
function readUpTo(path: string | typeof STDIN, limit: number): Buffer | null {
	const fd = path === STDIN ? STDIN : openSync(path, 'r');
	try {
		const bytes = Buffer.allocUnsafe(limit + 1);
		let filled = 0;
		for (;;) {
			const more = readSync(fd, bytes, filled, bytes.length - filled, null);
			if (more === 0) return bytes.subarray(0, filled);
			filled += more;
			if (filled > limit) return null;
		}
	} finally {
		if (path !== STDIN) closeSync(fd);
	}
}

/** Captures and recordings hold zeros, logs begin with an object; no query does either. */
const isData = (text: string): boolean => text.includes('\0') || /^\s*\{/.test(text);

/** The text of a script. Throws Failure with the mend; `hint` is more of it where the file cannot be read. */
export function scriptText(path: string | typeof STDIN, hint: () => string = () => ''): SourceText {
	const name = path === STDIN ? '<stdin>' : path;
	let bytes: Buffer | null;
	try {
		bytes = readUpTo(path, MAX_BYTES);
	} catch (error) {
		throw usage(`cannot read the script '${name}': ${reasonOf(error)}${hint()}`);
	}
	const [what, file] = path === STDIN ? ['standard input', '-'] : [`'${path}'`, path];
	const text = bytes === null ? '' : bytes.toString();
	if (bytes === null || isData(text))
		throw usage(`${what} is no script but data: that is read by --from ${file} -e 'watch http | head 5'`);
	// A letter that was read wrongly is found nowhere.
	if (!isUtf8(bytes)) throw usage(`${what} is not in UTF-8: convert it, as with iconv -f LATIN1 -t UTF-8`);
	return { name, text };
}
