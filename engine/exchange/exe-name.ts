import type { Process } from './exchange.ts';

/** The base name of a process's executable, whether or not that is still there; null where it is not known. */
export const exeName = (process: Process | null): string | null =>
	process?.exe?.replace(/^.*\//, '').replace(/ \(deleted\)$/, '') ?? null;
