import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../project-root.ts';

/** Of the files of the standard library. */
export const EXTENSION = '.ciq';

export const library = (): string => join(projectRoot(), 'stdlib');

/** The names of the views that come with the language. */
export const viewNames = (): readonly string[] =>
	readdirSync(library())
		.filter((file) => file.endsWith(EXTENSION))
		.map((file) => file.slice(0, -EXTENSION.length));
