import assert from 'node:assert/strict';
import type { StdioOptions } from 'node:child_process';
import {
	chmodSync,
	chownSync,
	copyFileSync,
	cpSync,
	existsSync,
	globSync,
	linkSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Finished, ROOT, type Running, start } from '../support/tool.ts';

/** Prints what it was given, so that a test sees what reaches the program. */
const MAIN = `import { readFileSync } from 'node:fs';
import { startupSnapshot } from 'node:v8';
const builtIn = process.pid;
const main = () => {
	if (process.argv[2] === 'exit') process.exit(7);
	if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
	console.log(JSON.stringify({
		version: 1,
		pid: process.pid,
		fromSnapshot: builtIn !== process.pid,
		args: process.argv.slice(2),
		launcher: process.env.CIQ_LAUNCHER,
		stdin: process.argv[2] === 'read' ? readFileSync(0, 'utf8') : '',
	}));
};
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(main);
else main();
`;

/**
 * In the place of npm: notes each call, then links the packages, as slowly as $NPM_SECONDS says and without those that
 * $NPM_LOSES names. Reads its stdin, as a program may.
 */
const npmWith = (packages: string): string => `#!/bin/sh
case $1 in
--version) echo "\${NPM_VERSION:-11.0.0}"; exit ;;
esac
cat >/dev/null
echo "$(id -u) $HOME $*" >>"$NPM_LOG"
sleep "\${NPM_SECONDS:-0}"
[ -z "$NPM_FAILS" ] || { echo "npm ERR! $NPM_FAILS" >&2; exit 1; }
mkdir -p node_modules
ln -sf '${packages}'/* node_modules/
[ -z "$NPM_LOSES" ] || rm node_modules/$NPM_LOSES
: >node_modules/.package-lock.json
`;

const INSTALLED = join(ROOT, 'node_modules');
/** What set-up runs of the packages. */
const PROGRAMS = ['@esbuild/*/bin/esbuild', 'node-linux-*/bin/node'];

const FOR_ALL = 0o755;

/**
 * A program of this tree. Not as a symbolic link: npm runs as the owner of a clone, to whom the tree may be closed. So may
 * be the program itself, where it was installed under `umask 077`.
 */
function linkOrCopy(from: string, to: string): void {
	mkdirSync(dirname(to), { recursive: true });
	if ((statSync(from).mode & FOR_ALL) === FOR_ALL) {
		try {
			linkSync(from, to);
			return;
		} catch {
			// On another file system.
		}
	}
	copyFileSync(from, to);
	chmodSync(to, FOR_ALL);
}

/** A copy of the launcher and of set-up with a program of one line and an npm that needs no network. */
export interface Clone {
	readonly root: string;
	/** A folder that comes first in PATH. */
	readonly bin: string;
	run(args: readonly string[], options?: RunOptions): Running;
	/** What npm was called with: user, HOME and arguments, a line for each call. */
	npmCalls(): string[];
	path(...names: string[]): string;
}

export const isRoot = process.getuid?.() === 0;

export interface RunOptions {
	readonly env?: Record<string, string>;
	readonly cwd?: string;
	/** What is started: the launcher of the clone, unless said otherwise. */
	readonly command?: readonly string[];
	readonly detached?: boolean;
	readonly stdio?: StdioOptions;
}

export function makeClone(context: TestContext): Clone {
	const folder = mkdtempSync(join(tmpdir(), 'ciq set-up '));
	chmodSync(folder, 0o755);
	context.after(() => rmSync(folder, { recursive: true, force: true }));
	const root = join(folder, 'clone');
	const bin = join(folder, 'bin');
	for (const made of [bin, join(root, 'engine'), join(root, 'grammar'), join(root, 'addon'), join(root, 'bpf')])
		mkdirSync(made, { recursive: true });
	for (const file of ['claudeinsight', 'package.json', 'package-lock.json'])
		copyFileSync(join(ROOT, file), join(root, file));
	cpSync(join(ROOT, 'engine/setup'), join(root, 'engine/setup'), { recursive: true });
	writeFileSync(join(root, 'engine', 'main.ts'), MAIN);
	for (const native of ['addon', 'bpf']) writeFileSync(join(root, native, 'build.sh'), `echo ${native} >"$1"\n`);
	const packages = join(folder, 'packages');
	for (const program of globSync(PROGRAMS, { cwd: INSTALLED }))
		linkOrCopy(join(INSTALLED, program), join(packages, program));
	writeProgram(join(bin, 'npm'), npmWith(packages));
	const log = join(folder, 'npm.log');
	writeFileSync(log, '');
	chmodSync(log, 0o666);

	return {
		root,
		bin,
		run(args, { env = {}, command = [join(root, 'claudeinsight')], ...options } = {}) {
			const [program, ...before] = command;
			return start(program, [...before, ...args], {
				...options,
				env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NPM_LOG: log, ...env },
			});
		},
		npmCalls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
		path: (...names) => join(root, ...names),
	};
}

export function writeProgram(path: string, text: string): void {
	writeFileSync(path, text);
	chmodSync(path, 0o755);
}

/** A folder that holds links to all the machine's programs except some: a PATH of a machine that has not got them. */
export function pathWithout(folder: string, ...names: string[]): string {
	mkdirSync(folder);
	for (const place of ['/usr/bin', '/bin', '/usr/sbin', '/sbin'])
		for (const name of readdirSync(place))
			if (!names.includes(name) && !existsLink(join(folder, name))) symlinkSync(join(place, name), join(folder, name));
	return folder;
}

const existsLink = (path: string) => existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The steps that set-up said, without the program's name. */
export const steps = ({ stderr }: Finished): string[] =>
	stderr
		.split('\n')
		.filter((line) => line.startsWith('claudeinsight: '))
		.map((line) => line.slice('claudeinsight: '.length));

/** Everything below a folder, itself included; links are not followed. */
export function* below(path: string): Generator<string> {
	yield path;
	if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) yield* below(join(path, name));
}

export function giveTo(clone: Clone, user: number): void {
	for (const path of below(clone.root)) chownSync(path, user, user);
}

/** The message, with the mend, and nothing on stdout. */
export function refused({ status, stdout, stderr }: Finished, expected: number, message: RegExp): void {
	assert.equal(status, expected, stderr);
	assert.equal(stdout, '');
	assert.match(stderr, message);
}
