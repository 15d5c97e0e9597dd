import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
export const MAIN = join(ROOT, 'engine', 'main.ts');

export interface Ended {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the program from its sources to its end; nothing on its standard input unless `input` says. */
export function run(args: readonly string[], options: SpawnSyncOptions = {}): Ended {
	const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
		input: '',
		timeout: 30_000,
		...options,
		encoding: 'utf8',
	});
	return { status, stdout, stderr };
}

/** The same in a shell, where `$ciq` stands for the program. */
export const runInShell = (script: string, options: SpawnSyncOptions = {}): Ended => {
	const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
		timeout: 30_000,
		...options,
		env: { ...process.env, ciq: `${process.execPath} ${MAIN}`, ...options.env },
		encoding: 'utf8',
	});
	return { status, stdout, stderr };
};
