import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The nearest folder upwards with a package.json, asked anew by each run: a clone may be moved. The sources know where they
 * are; the bundle is CommonJS, which has no import.meta, and is found by how it was started.
 */
export function projectRoot(): string {
	let folder = import.meta.dirname ?? dirname(process.argv[1] ?? '');
	while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
	return folder;
}
