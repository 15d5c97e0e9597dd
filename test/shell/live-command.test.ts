import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from '../support/tool.ts';
import { MAIN, run } from './program.ts';

const SHOP = join(import.meta.dirname, '../../examples/traffic.sh');

describe('a command behind --, captured live', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), 'ciq-live-'));
	});
	after(() => rmSync(folder, { recursive: true }));

	/** The shop, which tells its process id in that file first. */
	const shop = (pidFile: string): string[] => ['--', 'sh', '-c', 'echo $$ > "$0"; exec "$1"', pidFile, SHOP];
	/** Gone, or only waiting for its parent to take note of it. */
	const isGone = (pidFile: string): boolean => {
		const stat = `/proc/${readFileSync(pidFile, 'utf8').trim()}/stat`;
		return !existsSync(stat) || /\) Z /.test(readFileSync(stat, 'latin1'));
	};

	test('head ends the query, the capture and the command', () => {
		const pidFile = join(folder, 'head');
		const end = run(['-e', 'watch http | head 5 | select side, path, status', ...shop(pidFile)]);
		assert.equal(end.status, 0, end.stderr);
		const rows = end.stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line));
		assert.equal(rows.length, 5);
		for (const { side, path, status } of rows) {
			assert.match(side, /^(client|server)$/);
			assert.match(path, /^\//);
			assert.ok(status >= 200);
		}
		assert.match(end.stderr, /^claudeinsight: capturing; it ends with the command, or at Ctrl-C\n/);
		assert.match(end.stderr, /5 rows from \d+ exchanges, nothing lost\n$|\b5 exchanges, nothing lost\n$/);
		assert.ok(isGone(pidFile));
	});

	test('the end of the command is the end of the capture', () => {
		const end = run(['-e', 'watch http', '--', 'sh', '-c', 'exit 3']);
		assert.equal(end.status, 3, end.stderr);
		assert.equal(
			end.stderr,
			'claudeinsight: capturing; it ends with the command, or at Ctrl-C\nclaudeinsight: the command exited with status 3\nclaudeinsight: 0 exchanges, nothing lost\n',
		);
	});

	test('the exit status is that of the command, as time and strace have it', () => {
		const statusOf = (query: string, script: string) => run(['-e', query, '--', 'sh', '-c', script]).status;
		assert.equal(statusOf('watch http | stat count()', 'kill -KILL $$'), 137);
		assert.equal(statusOf('watch http | stat count()', 'true'), 0);
		assert.equal(statusOf('watch http | stat n = count() | fail n == 0', 'exit 3'), 4, 'its own comes first');
	});

	test('Ctrl-C prints the results so far and ends the command', async () => {
		const pidFile = join(folder, 'interrupted');
		const seen = join(folder, 'seen');
		const query = `watch http | tee { head 1 | to json "${seen}" } | stat count() by side`;
		const running = start(process.execPath, [MAIN, '-e', query, ...shop(pidFile)]);
		const isSeen = (): boolean => existsSync(seen) && statSync(seen).size > 0;
		while (running.child.exitCode === null && !isSeen()) await sleep(20);
		running.child.kill('SIGINT');
		const { status, stdout, stderr } = await running.finished;
		assert.equal(status, 130, stderr);
		assert.match(stdout, /^\{"side":"(client|server)","count":\d+\}\n/);
		assert.match(stderr, /capturing; the result comes when the command ends, or at Ctrl-C/);
		assert.ok(isGone(pidFile));
	});

	test('it is its tree that is watched, and no other process', () => {
		const end = run(['-e', 'watch http', '--pids', '1', '--', 'true']);
		assert.equal(end.status, 2);
		assert.match(end.stderr, /--pids and a command behind -- exclude each other/);
	});
});
