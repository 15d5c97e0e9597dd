import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Source } from '../../../engine/capture/source.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import { Assembler } from '../../../engine/connection/assembler.ts';

let folder: string | undefined;

/** The path of a file that holds the bytes, until the next call. */
export const asFile = (bytes: Uint8Array): string => {
	if (folder === undefined) {
		const made = mkdtempSync(join(tmpdir(), 'ciq-fuzz-'));
		process.once('exit', () => rmSync(made, { recursive: true }));
		folder = made;
	}
	const path = join(folder, 'input');
	writeFileSync(path, bytes);
	return path;
};

/** Reads a source to its end. An error that it tells is what hostile bytes may come to; one that it throws is not. */
export const drain = (source: Source): Promise<Error | null> => {
	const assembler = new Assembler({
		info: source.info,
		protocols: null,
		bodyBytes: Number.POSITIVE_INFINITY,
		completeness: newCompleteness(),
		onRows: () => {},
		onTime: () => {},
	});
	return new Promise((resolve) => source.start((bytes, length) => assembler.feed(bytes, length), resolve));
};
