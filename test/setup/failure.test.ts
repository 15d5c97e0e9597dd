import assert from 'node:assert/strict';
import { appendFileSync, lstatSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { AS_NOBODY, NOBODY } from '../support/nobody.ts';
import { below, giveTo, isRoot, makeClone, pathWithout, refused } from './clone.ts';

test('npm fails: its last lines, the mend, and a new try by the next start', async (t) => {
	const clone = makeClone(t);
	const failed = await clone.run([], { env: { NPM_FAILS: 'code EAI_AGAIN' } }).finished;
	refused(failed, 1, /^ {4}npm ERR! code EAI_AGAIN\nclaudeinsight: npm ci failed: .* By hand: cd .* && npm ci\n$/m);
	assert.equal((await clone.run([]).finished).status, 0);
});

test('npm forgives a broken download; set-up does not', async (t) => {
	const clone = makeClone(t);
	for (const NPM_LOSES of ['node-linux-*', '@esbuild'])
		refused(await clone.run([], { env: { NPM_LOSES } }).finished, 1, /left out Node or esbuild/);
	assert.equal((await clone.run([]).finished).status, 0);
});

test('an npm that cannot read the lock file', async (t) => {
	refused(await makeClone(t).run([], { env: { NPM_VERSION: '6.14.18' } }).finished, 1, /npm 6 is too old/);
});

test('a program, an addon and a BPF object that cannot be built', async (t) => {
	const clone = makeClone(t);
	assert.equal((await clone.run(['--setup', 'all']).finished).status, 0);
	writeFileSync(clone.path('addon', 'build.sh'), 'echo "addon.c:3: no" >&2; exit 1');
	refused(await clone.run(['--setup', 'live']).finished, 1, /^ {4}addon\.c:3: no\n.*addon could not be built\n$/m);
	writeFileSync(clone.path('addon', 'build.sh'), 'echo addon >"$1"');
	writeFileSync(clone.path('bpf', 'build.sh'), 'exit 1');
	refused(await clone.run(['--setup', 'live']).finished, 1, /BPF object .socket. could not be built\n$/);
	writeFileSync(clone.path('engine', 'main.ts'), 'import "./none.ts"');
	refused(await clone.run([]).finished, 1, /none\.ts[\s\S]*bundle could not be built\n$/);
});

test('nobody’s clone is not written by another user', { skip: !isRoot && 'needs root' }, async (t) => {
	const clone = makeClone(t);
	const command = [...AS_NOBODY, clone.path('claudeinsight')];
	const before = await clone.run([], { command }).finished;
	refused(
		before,
		3,
		/cannot write to .* is not yet set up there\. Run once as its owner: .*claudeinsight --setup program\n$/,
	);
	// Once set up, everyone may use it.
	await clone.run([]).finished;
	const after = await clone.run(['x'], { command }).finished;
	assert.deepEqual([after.status, after.stderr], [0, '']);
	appendFileSync(clone.path('engine', 'main.ts'), '//\n');
	const changed = await clone.run([], { command }).finished;
	refused(changed, 3, /cannot write to .* was changed there since it was set up\. Run once as its owner: /);
});

test('under sudo all belongs to the clone’s owner', { skip: !isRoot && 'needs root' }, async (t) => {
	for (const lacking of ['none', 'setpriv']) {
		const clone = makeClone(t);
		giveTo(clone, NOBODY);
		const env = { PATH: `${clone.bin}:${pathWithout(`${clone.bin}/some`, lacking)}` };
		const { status, stderr } = await clone.run(['--setup', 'all'], { env }).finished;
		assert.equal(status, 0, stderr);
		assert.match(clone.npmCalls()[0], new RegExp(`^${NOBODY} /nonexistent ci `), 'npm runs as the owner, in its home');
		for (const path of below(clone.root)) assert.equal(lstatSync(path).uid, NOBODY, path);
	}
});
