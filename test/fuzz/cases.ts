import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folderOf = (target: string): string => join(import.meta.dirname, 'cases', target);

/** Inputs that were findings once. */
export const casesOf = (target: string): readonly Uint8Array[] => {
	const folder = folderOf(target);
	return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [];
};

/** Keeps a finding; gives its path. */
export const keepCase = (target: string, input: Uint8Array): string => {
	const path = join(folderOf(target), createHash('sha256').update(input).digest('hex').slice(0, 12));
	mkdirSync(folderOf(target), { recursive: true });
	writeFileSync(path, input);
	return path;
};
