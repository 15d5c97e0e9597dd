import type { Writable } from 'node:stream';
import type { Printer } from '../output/printer.ts';

/**
 * Where node:repl writes what is no terminal: as results are written, so that one that cannot be written ends the shell
 * as it ends a query, by `onFailure`, and not by an error of a stream, which nobody can catch.
 */
export function replOutput(out: Printer, onFailure: (error: unknown) => void): Writable {
	if (process.stdout.isTTY) return process.stdout;
	// Not by import(): see runShell.
	const { Writable: Stream } = process.getBuiltinModule('node:stream');
	return new Stream({
		decodeStrings: false,
		write(text: string, _encoding, done) {
			try {
				out.print(text);
			} catch (error) {
				onFailure(error);
			}
			done();
		},
	});
}
