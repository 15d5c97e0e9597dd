import { fstatSync, type Stats, statSync } from 'node:fs';
import { expandPaths } from '../capture/expand-paths.ts';
import { type FileSource, STDIN } from '../capture/file-source.ts';
import { InputError } from '../capture/input-error.ts';
import type { Plan } from '../query/plan.ts';
import { usage } from './exit.ts';

const STDIN_FD = 0;
const STDOUT_FD = 1;

const isSame = (one: Stats, other: Stats): boolean => one.ino === other.ino && one.dev === other.dev;

/** A plain file: what pipes and devices hold is read once. Of one that cannot be looked at opening it tells why. */
const fileAt = (path: string): Stats | null => {
	try {
		const facts = path === STDIN ? fstatSync(STDIN_FD) : statSync(path);
		return facts.isFile() ? facts : null;
	} catch {
		return null;
	}
};

/** Of a pattern without files nothing: who opens them says so. */
const expanded = (paths: readonly string[]): readonly string[] => {
	try {
		return expandPaths(paths);
	} catch (error) {
		if (error instanceof InputError) return [];
		throw error;
	}
};

/** The recordings that a query reads. */
export const filesOf = ({ source, inputs = [] }: Plan): readonly FileSource[] => [
	...(source.kind === 'from' ? [source] : []),
	...inputs.map((input) => input.source),
];

/** Which of the recordings one of those files is; null: none. */
const readOf = (files: readonly FileSource[], targets: readonly Stats[]): string | null => {
	const isTarget = (path: string): boolean => {
		const read = fileAt(path);
		return read !== null && targets.some((target) => isSame(target, read));
	};
	return targets.length === 0 ? null : (files.flatMap(({ paths }) => expanded(paths)).find(isTarget) ?? null);
};

/** Whether a file that is to be written is one of the recordings, whatever it is called. */
export function isRead(files: readonly FileSource[], path: string): boolean {
	const target = fileAt(path);
	return target !== null && readOf(files, [target]) !== null;
}

const writtenBy = ({ output, branches = [] }: Plan): readonly (string | null)[] =>
	[output, ...branches.map((branch) => branch.output)].map((one) => one?.path ?? null);

/**
 * A query that writes into a file that it reads would destroy it, or never come to its end. By what the file is, whatever
 * it is called. Throws Failure.
 */
export function refuseOwnInput(plans: readonly Plan[], record: string | null): void {
	const files = plans.flatMap(filesOf);
	if (files.length === 0) return;
	const written = [...plans.flatMap(writtenBy), record].filter((path) => path !== null);
	const targets = written.flatMap((path) => fileAt(path) ?? []);
	const stdout = fstatSync(STDOUT_FD);
	if (stdout.isFile()) targets.push(stdout);
	const path = readOf(files, targets);
	if (path !== null)
		throw usage(
			`${path === STDIN ? 'standard input' : `'${path}'`} is read by this query and would be written by it: write to another file`,
		);
}
