import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdtempSync,
	readFileSync,
	readlinkSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { LAUNCHER, ROOT } from '../support/tool.ts';

const RECORDING = join(ROOT, 'examples/shop.ciqrec');
const SNAPSHOT = join(ROOT, 'dist/main.snapshot');
/** A Node of the machine's own has none: another version might come. */
const skip = !readlinkSync(join(ROOT, 'dist/node')).startsWith('../node_modules/') && 'another Node';
const from = (query: string): string[] => ['-e', `from "${RECORDING}" ${query}`];

interface Way {
	readonly args: readonly string[];
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	readonly input?: string;
	readonly status?: number;
	/** Starts the program in its place. */
	readonly under?: readonly string[];
}

/** What a run may depend on that was otherwise when the snapshot was made, and every part of the program once. */
const WAYS: Readonly<Record<string, Way>> = {
	records: { args: from('http | head 3') },
	'a table in local time': { args: [...from('http | head 3'), '--format=table'], env: { TZ: 'Asia/Kolkata' } },
	'a time of day': { args: from('http where ts > @01:50:57 | head 1'), env: { TZ: 'UTC' } },
	'a time that is said': { args: [...from('http where ts > ago(1h) | stat count()'), '--now=2026-11-22T02:30:00Z'] },
	aggregates: { args: from('http where side == "server" | stat slow by route 2s') },
	'a pattern with an engine': { args: from('http where path ~ "^/(api|cat).*[a-z]$" | stat count() by path') },
	'a working folder': { args: ['-e', 'from "shop.ciqrec" | head 1'], cwd: join(ROOT, 'examples') },
	'a query on stdin': { args: ['--from', RECORDING], input: 'watch http | stat count()' },
	'a recording on stdin that is none': { args: ['-e', 'from "-" | head 1'], input: 'nothing', status: 1 },
	'a script': { args: [join(ROOT, 'examples/slow-api.ciq'), '--from', RECORDING] },
	'a classic form': { args: ['stat', 'http', '--slow', '--from', RECORDING] },
	'the query of one': { args: ['watch', 'http', '--resp-size', '1000', '--print-query'] },
	'a wrong query': { args: from('http where pathh ~ "x"'), status: 2 },
	'a wrong flag': { args: ['--nonsense'], status: 2 },
	'no such file': { args: ['-e', 'from "/nowhere.ciqrec" | head 1'], status: 1 },
	help: { args: ['--help'] },
	'help on a name': { args: ['help', 'slow'] },
	version: { args: ['--version'] },
	explain: { args: from('http | stat p99(latency) by path 5s').map((text) => text.replace('from', 'explain from')) },
	'options of Node': { args: from('http | head 1'), env: { NODE_OPTIONS: '--max-old-space-size=300 --no-warnings' } },
	'the kernel’s release, after an upgrade': {
		args: ['doctor'],
		under: ['setarch', '--uname-2.6'],
		// Without root live capture is not possible.
		status: process.getuid?.() === 0 ? 0 : 3,
	},
	'arguments of any kind': { args: ['-e', 'param x = "" let y = x', '--x=`ü\n'], status: 2 },
};

const run = (command: readonly string[], { args, env = {}, cwd = ROOT, input = '', under = [] }: Way) => {
	const [program = '', ...before] = [...under, ...command];
	const { status, stdout, stderr } = spawnSync(program, [...before, ...args], {
		env: { ...process.env, ...env },
		cwd,
		input,
		encoding: 'utf8',
		timeout: 60_000,
	});
	return { status, stdout, stderr };
};

describe('from the snapshot and from the sources a program is the same', { skip }, () => {
	for (const [name, way] of Object.entries(WAYS))
		it(name, () => {
			const started = run([LAUNCHER], way);
			const fromSources = run([process.execPath, join(ROOT, 'engine/main.ts')], way);
			assert.deepEqual(started, fromSources);
			assert.equal(started.status, way.status ?? 0, started.stderr);
			assert.notEqual(started.stdout + started.stderr, '');
		});
});

describe('the snapshot', { skip }, () => {
	it('was made, and is what the launcher starts', () => {
		assert.ok(existsSync(SNAPSHOT), 'set-up could not prepare it');
		const { stdout, stderr } = spawnSync('sh', ['-x', LAUNCHER, '--version'], { encoding: 'utf8' });
		assert.match(stdout, /^claudeinsight \d/);
		assert.match(stderr, /exec .*dist\/node .*--snapshot-blob .*dist\/main\.snapshot/);
	});

	it('has its source text in one byte a character', () => {
		// One character beyond Latin-1 doubles it, which costs each start 4 ms. esbuild escapes those of strings only.
		const text = readFileSync(join(ROOT, 'dist/main.cjs'), 'utf8');
		assert.deepEqual(
			text.match(/.{0,40}[\u0100-\u{10ffff}].{0,20}/u),
			null,
			'write it as \\u… in the regular expression',
		);
	});

	it('holds no buffer that the warm-up read into', () => {
		// Those of files have a mebibyte, which each start would read, and are nearly empty.
		const snapshot = readFileSync(SNAPSHOT);
		const empty = Buffer.alloc(100 << 10);
		for (let at = 0; at < snapshot.length; at += empty.length)
			assert.ok(!snapshot.subarray(at, at + empty.length).equals(empty), `at ${at}`);
	});

	it('is read in huge pages where the environment says nothing else', () => {
		const printed = (env: NodeJS.ProcessEnv) =>
			spawnSync('sh', ['-x', LAUNCHER, '--version'], { env: { ...process.env, ...env }, encoding: 'utf8' }).stderr;
		assert.match(printed({}), /GLIBC_TUNABLES='?glibc.malloc.hugetlb=1/);
		assert.match(printed({ GLIBC_TUNABLES: 'glibc.malloc.perturb=1' }), /GLIBC_TUNABLES='?glibc.malloc.perturb=1/);
	});

	it('holds the compiled code of what nearly every query runs', () => {
		const folder = mkdtempSync(join(tmpdir(), 'ciq log '));
		try {
			const log = join(folder, 'v8.log');
			const logging = ['--log-function-events', '--no-logfile-per-isolate', `--logfile=${log}`];
			const node = [process.execPath, ...logging, '--snapshot-blob', SNAPSHOT, join(ROOT, 'dist/main.cjs')];
			const { status, stderr } = run(node, { args: from('http where status >= 400 | head 1') });
			assert.equal(status, 0, stderr);
			const compiled = readFileSync(log, 'utf8').match(/^function,full-parse,/gm) ?? [];
			// Some 500 where it holds none.
			assert.ok(compiled.length < 100, `${compiled.length} functions were compiled`);
		} finally {
			rmSync(folder, { recursive: true });
		}
	});

	it('finds its files where it is, not where it was made; without it the bundle does', () => {
		const folder = mkdtempSync(join(tmpdir(), 'ciq moved '));
		try {
			for (const part of ['stdlib', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
			for (const file of ['main.cjs', 'main.snapshot']) cpSync(join(ROOT, 'dist', file), join(folder, 'dist', file));
			symlinkSync(process.execPath, join(folder, 'dist/node'));
			const view = join(folder, 'stdlib/slow.ciq');
			writeFileSync(view, readFileSync(view, 'utf8').replace('count(),', 'number = count(),'));
			const main = [join(folder, 'dist/node'), join(folder, 'dist/main.cjs')];
			const quick = [main[0]!, '--snapshot-blob', join(folder, 'dist/main.snapshot'), main[1]!];
			for (const command of [quick, main]) {
				const { stdout, status, stderr } = run(command, { args: from('http where side == "server" | slow'), cwd: '/' });
				assert.equal(status, 0, stderr);
				assert.match(stdout, /"number":\d/);
			}
		} finally {
			rmSync(folder, { recursive: true });
		}
	});
});
