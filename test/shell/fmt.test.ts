import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { run } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-fmt-'));
after(() => rmSync(folder, { recursive: true }));

const script = (name: string, text: string): string => {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
};

const UGLY = 'watch http|head    5 # few\n';
const NICE = 'watch http | head 5  # few\n';

test('scripts are written anew in their places', () => {
	const ugly = script('ugly.ciq', UGLY);
	chmodSync(ugly, 0o750);
	const nice = script('nice.ciq', NICE);
	assert.deepEqual(run(['fmt', ugly, nice]), { status: 0, stdout: '', stderr: '' });
	assert.equal(readFileSync(ugly, 'utf8'), NICE);
	assert.equal(statSync(ugly).mode & 0o777, 0o750);
	assert.equal(readFileSync(nice, 'utf8'), NICE);
});

test('--check only tells', () => {
	const ugly = script('check.ciq', UGLY);
	const { status, stderr } = run(['fmt', '--check', ugly]);
	assert.equal(status, 1);
	assert.equal(stderr, `claudeinsight: '${ugly}' is not formatted: claudeinsight fmt '${ugly}'\n`);
	assert.equal(readFileSync(ugly, 'utf8'), UGLY);
	assert.deepEqual(run(['fmt', '--check', script('nice.ciq', NICE)]), { status: 0, stdout: '', stderr: '' });
});

test('standard input goes to standard output', () => {
	assert.deepEqual(run(['fmt', '-'], { input: UGLY }), { status: 0, stdout: NICE, stderr: '' });
});

test('a wrong script stays, and the others are formatted', () => {
	const wrong = script('wrong.ciq', 'watch   http where status = 200\n');
	const ugly = script('ugly.ciq', UGLY);
	const { status, stderr } = run(['fmt', wrong, ugly]);
	assert.equal(status, 2);
	assert.match(stderr, /^error\[CIQ205\].*\n *--> .*wrong\.ciq:1:27/);
	assert.equal(readFileSync(wrong, 'utf8'), 'watch   http where status = 200\n');
	assert.equal(readFileSync(ugly, 'utf8'), NICE);
});

test('what cannot be formatted is said', () => {
	assert.match(run(['fmt']).stderr, /fmt needs a script/);
	assert.match(run(['fmt', '--wide', 'x.ciq']).stderr, /unknown flag --wide/);
	assert.match(run(['fmt', join(folder, 'none.ciq')]).stderr, /cannot read the script '.*none\.ciq': no such file/);
});
