import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
	chmodSync,
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
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AS_NOBODY } from '../support/nobody.ts';
import { MAIN, run } from './program.ts';

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

test('on a full disk a script stays as it was', (t) => {
	const disk = mkdtempSync(join(tmpdir(), 'ciq-fmt-full-'));
	t.after(() => rmSync(disk, { recursive: true }));
	const lines = UGLY.repeat(700);
	const commands = [
		'mount -t tmpfs -o size=32k tmpfs "$1"',
		'cat > "$1/ugly.ciq"',
		'"$2" "$3" fmt "$1/ugly.ciq"',
		'echo status $?',
		'ls "$1"',
		'exec cat "$1/ugly.ciq"',
	];
	const { stdout, stderr } = spawnSync(
		'unshare',
		['--mount', 'sh', '-c', commands.join('; '), 'sh', disk, process.execPath, MAIN],
		{ input: lines, encoding: 'utf8', timeout: 30_000 },
	);
	if (/^(unshare|mount):/m.test(stderr)) return t.skip(`a file system of our own needs root: ${stderr.trim()}`);
	assert.match(stderr, /cannot write '.*ugly\.ciq': disk full/);
	assert.equal(stdout, `status 1\nugly.ciq\n${lines}`);
});

test('links stay links, and other names of a script tell the same', () => {
	const ugly = script('linked.ciq', UGLY);
	const [soft, hard] = [join(folder, 'soft.ciq'), join(folder, 'hard.ciq')];
	symlinkSync(ugly, soft);
	assert.equal(run(['fmt', soft]).status, 0);
	assert.ok(lstatSync(soft).isSymbolicLink());
	assert.equal(readFileSync(ugly, 'utf8'), NICE);
	linkSync(script('linked.ciq', UGLY), hard);
	assert.equal(run(['fmt', hard]).status, 0);
	assert.equal(readFileSync(ugly, 'utf8'), NICE);
});

test('where no file can be made beside it a script is written in its place', (t) => {
	if (process.getuid?.() !== 0) return t.skip('only root can become nobody');
	const [command, ...flags] = AS_NOBODY;
	const format = (path: string): string =>
		spawnSync(command, [...flags, process.execPath, MAIN, 'fmt', path], { encoding: 'utf8' }).stderr;
	const closed = join(folder, 'closed');
	mkdirSync(closed);
	const ugly = script('closed/ugly.ciq', UGLY);
	writeFileSync(join(folder, 'closed/only.ciq'), UGLY, { mode: 0o444 });
	for (const path of [folder, ugly]) chmodSync(path, 0o777);
	chmodSync(closed, 0o555);
	assert.equal(format(ugly), '');
	assert.equal(readFileSync(ugly, 'utf8'), NICE);
	chmodSync(closed, 0o777);
	assert.match(format(join(closed, 'only.ciq')), /cannot write .*only\.ciq': permission denied/);
	assert.deepEqual(readdirSync(closed), ['only.ciq', 'ugly.ciq']);
});
