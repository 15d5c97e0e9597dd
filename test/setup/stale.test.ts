import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { start } from '../support/tool.ts';
import { type Clone, makeClone, pathWithout, steps } from './clone.ts';

const INSTALLING = 'installing Node 24 and the libraries (npm ci)';
const BUNDLING = 'bundling the program (esbuild)';
const SNAPSHOT = 'preparing a quick start (node)';
const ADDON = 'building the addon (clang)';
const BPF = 'building the BPF objects (clang)';

const setUp = async (clone: Clone) => steps(await clone.run(['--setup', 'all']).finished);

test('what is older than its sources is built again, and only that', async (t) => {
	const clone = makeClone(t);
	assert.deepEqual(await setUp(clone), [INSTALLING, BUNDLING, SNAPSHOT, ADDON, BPF]);
	const changes: [string, () => void, string[]][] = [
		['a source', () => appendFileSync(clone.path('engine', 'main.ts'), '//\n'), [BUNDLING, SNAPSHOT]],
		['a new source', () => writeFileSync(clone.path('grammar', 'new.ts'), ''), [BUNDLING, SNAPSHOT]],
		['a source gone', () => rmSync(clone.path('grammar', 'new.ts')), [BUNDLING, SNAPSHOT]],
		['a BPF source', () => writeFileSync(clone.path('bpf', 'events.h'), ''), [ADDON, BPF]],
		['an addon source', () => writeFileSync(clone.path('addon', 'addon.c'), ''), [BUNDLING, SNAPSHOT, ADDON]],
		['the bundle gone', () => rmSync(clone.path('dist', 'main.cjs')), [BUNDLING, SNAPSHOT]],
		['one BPF object gone', () => rmSync(clone.path('dist', 'syscall.bpf.o')), [BPF]],
		['the Node link gone', () => rmSync(clone.path('dist', 'node')), [BUNDLING, SNAPSHOT]],
		['the packages gone', () => rmSync(clone.path('node_modules'), { recursive: true }), [INSTALLING]],
		[
			'new packages',
			() => appendFileSync(clone.path('package-lock.json'), '\n'),
			[INSTALLING, BUNDLING, SNAPSHOT, ADDON],
		],
	];
	for (const [what, change, expected] of changes) {
		change();
		assert.deepEqual(await setUp(clone), expected, what);
		assert.deepEqual(await setUp(clone), [], `${what}: done once`);
	}
});

test('a start sees a changed program', async (t) => {
	const clone = makeClone(t);
	await clone.run([]).finished;
	const main = clone.path('engine', 'main.ts');
	writeFileSync(main, readFileSync(main, 'utf8').replace('version: 1', 'version: 2'));
	const { stdout } = await clone.run([]).finished;
	assert.equal(JSON.parse(stdout).version, 2);
});

test('a source that changes while it is bundled is bundled again', async (t) => {
	const clone = makeClone(t);
	const start = clone.run([], { env: { NPM_SECONDS: '0.5' } });
	await start.saw(/installing/);
	const during = new Date();
	utimesSync(clone.path('engine', 'main.ts'), during, during);
	await start.finished;
	assert.deepEqual(steps(await clone.run([]).finished), [BUNDLING, SNAPSHOT]);
});

test('two first starts at the same time set up once', async (t) => {
	const clone = makeClone(t);
	const paths = [process.env.PATH ?? '', pathWithout(`${clone.bin}/no flock`, 'flock')];
	for (const path of paths) {
		for (const made of ['dist', 'node_modules']) rmSync(clone.path(made), { recursive: true, force: true });
		const calls = clone.npmCalls().length;
		const env = { NPM_SECONDS: '0.5', PATH: `${clone.bin}:${path}` };
		const ended = await Promise.all(['a', 'b', 'c'].map((name) => clone.run([name], { env }).finished));
		assert.deepEqual(
			ended.map(({ stdout }) => JSON.parse(stdout).args[0]),
			['a', 'b', 'c'],
		);
		assert.equal(clone.npmCalls().length, calls + 1);
		assert.equal(existsSync(clone.path('.setup-lock')), false);
	}
});

test('a start with nothing to set up waits for no other, and is silent', async (t) => {
	const clone = makeClone(t);
	await setUp(clone);
	// As another start does while it looks.
	const holder = start('flock', [clone.path('package.json'), 'sh', '-c', 'echo held; exec sleep 60']);
	await holder.saw(/held/);
	try {
		assert.deepEqual(await setUp(clone), []);
	} finally {
		holder.child.kill();
	}
});

test('a build that was killed is repaired by the next start', async (t) => {
	const clone = makeClone(t);
	const killed = clone.run([], { env: { NPM_SECONDS: '20' }, detached: true });
	await killed.saw(/installing/);
	process.kill(-killed.pid, 'SIGKILL');
	await killed.finished;
	writeFileSync(clone.path('dist', '.build', 'main.cjs'), 'half a bun');
	const { status, stdout } = await clone.run(['after']).finished;
	assert.equal(status, 0);
	assert.deepEqual(JSON.parse(stdout).args, ['after']);
	assert.equal(existsSync(clone.path('dist', '.build')), false);
});

test('a lock without flock whose holder was killed is taken over', async (t) => {
	const clone = makeClone(t);
	const env = { PATH: `${clone.bin}:${pathWithout(`${clone.bin}/no flock`, 'flock')}` };
	const killed = clone.run([], { env: { ...env, NPM_SECONDS: '20' }, detached: true });
	await killed.saw(/installing/);
	process.kill(-killed.pid, 'SIGKILL');
	await killed.finished;
	assert.equal((await clone.run([], { env }).finished).status, 0);
});
