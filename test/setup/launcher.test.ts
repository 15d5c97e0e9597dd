import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { makeClone, steps } from './clone.ts';

test('the first start sets up, the second says nothing', async (t) => {
	const clone = makeClone(t);
	const first = await clone.run(['a']).finished;
	assert.deepEqual(steps(first), [
		'installing Node 24 and the libraries (npm ci)',
		'bundling the program (esbuild)',
		'preparing a quick start (node)',
	]);
	assert.deepEqual(JSON.parse(first.stdout).args, ['a'], 'stdout is the program alone');
	const second = await clone.run(['a']).finished;
	assert.equal(second.stderr, '');
	assert.equal(clone.npmCalls().length, 1);
});

test('arguments, stdin, exit status and signals are the program’s own', async (t) => {
	const clone = makeClone(t);
	const odd = ['', ' ', '*', 'two words', 'line\nline', '$HOME', '`id`', "it's", '"', '\\', '-n', '--', 'é'];

	// The first start, with set-up between the user's stdin and the program.
	const reader = clone.run(['read'], { stdio: 'pipe' });
	reader.child.stdin?.end('watch http\n');
	assert.equal(JSON.parse((await reader.finished).stdout).stdin, 'watch http\n');

	const echo = await clone.run(odd).finished;
	assert.deepEqual(JSON.parse(echo.stdout).args, odd);
	assert.equal((await clone.run(['exit']).finished).status, 7);

	const staying = clone.run(['stay']);
	await staying.saw(/\n/);
	assert.equal(JSON.parse(staying.stdout).pid, staying.pid, 'the program takes the place of the launcher');
	staying.child.kill('SIGINT');
	assert.equal((await staying.finished).signal, 'SIGINT');
});

test('starts from anywhere, through links, by any POSIX shell', async (t) => {
	const clone = makeClone(t);
	await clone.run([]).finished;
	mkdirSync(clone.path('links'));
	symlinkSync('../claudeinsight', clone.path('links', 'relative'));
	symlinkSync(clone.path('links', 'relative'), clone.path('links', 'of a link'));
	symlinkSync(clone.path('links', 'relative'), `${clone.bin}/claudeinsight`);
	const shells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(
		([shell]) => spawnSync(shell, ['-c', '']).error === undefined,
	);
	const ways: [string, string[]][] = [
		['/', [clone.path('claudeinsight')]],
		[clone.path('engine'), ['../claudeinsight']],
		['/', [clone.path('links', 'relative')]],
		[clone.path('links'), ['./of a link']],
		['/', ['claudeinsight']],
		...shells.map((shell): [string, string[]] => [clone.root, [...shell, 'claudeinsight']]),
	];
	for (const [cwd, command] of ways) {
		const { stdout, stderr } = await clone.run(['x'], { cwd, command }).finished;
		assert.equal(stderr, '', `${command} in ${cwd}`);
		const { args, launcher } = JSON.parse(stdout);
		assert.deepEqual(args, ['x']);
		assert.match(launcher, /^\/.*claudeinsight$/);
	}
});

test('--setup does no more than it is asked', async (t) => {
	const clone = makeClone(t);
	const wrong = await clone.run(['--setup', 'everything']).finished;
	assert.equal(wrong.status, 2);
	assert.match(wrong.stderr, /^claudeinsight: --setup takes program, live or all, not 'everything'\n$/);

	const program = await clone.run(['--setup', 'program']).finished;
	assert.equal(program.status, 0);
	assert.doesNotMatch(program.stderr, /addon|BPF/);
	const live = await clone.run(['--setup', 'live']).finished;
	assert.deepEqual(steps(live), ['building the addon (clang)', 'building the BPF objects (clang)']);
	const all = await clone.run(['--setup', 'all']).finished;
	assert.deepEqual([all.status, all.stdout, all.stderr], [0, '', '']);
});
