import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest folder upwards with a package.json: the bundle runs from dist/, the sources from where they are. */
export function projectRoot(): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
	return folder;
}
