import { existsSync, globSync } from 'node:fs';
import { InputError } from './input-error.ts';

const PATTERN = /[*?[\]{}]/;

/** A file that is called like a pattern is that file. */
export const isPattern = (path: string): boolean => PATTERN.test(path) && !existsSync(path);

/**
 * The files that names and patterns of names stand for, each once, those of a pattern in the order of their names. Throws
 * InputError where a pattern has none.
 */
export const expandPaths = (paths: readonly string[]): readonly string[] => {
	const expanded = paths.flatMap((path) => {
		if (!isPattern(path)) return [path];
		const found = globSync(path).sort();
		if (found.length === 0) throw new InputError(`no file matches '${path}'`);
		return found;
	});
	return [...new Set(expanded)];
};
