import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { progressLine } from '../../engine/shell/file-progress.ts';
import { KYANOS, line } from '../capture/log/logs.ts';
import { run } from './program.ts';
import { Terminal } from './terminal.ts';

describe('the line', () => {
	for (const [read, size, ms, expected] of [
		[0, 1000, 1000, '[--------------------]   0%  0B of 1.0KB  0B/s'],
		[410e6, 1000e6, 2000, '[########------------]  41%  410.0MB of 1.0GB  205.0MB/s  2.88s left'],
		[1000, 1000, 500, '[####################] 100%  1.0KB of 1.0KB  2.0KB/s  0ns left'],
		[2000, 1000, 500, '[####################] 100%  2.0KB of 1.0KB  4.0KB/s  0ns left'],
		[5e6, null, 1000, '5.0MB  5.0MB/s'],
	] as const)
		test(expected, () => assert.equal(progressLine({ read, size }, ms), expected));
});

describe('a file that takes its time', () => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-progress-'));
	after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, 'long.ndjson');
	// Through a pipe that stays open, so that it is not over before anything was shown.
	const slow = `(cat ${path}; sleep 2)`;
	writeFileSync(path, line(KYANOS).repeat(1000));
	const query = `-e 'stat http count() by side' --from /dev/stdin`;

	test('shows how far it is on a terminal, and takes that away', async () => {
		const terminal = new Terminal(`${query} --format csv < <(${slow.slice(1, -1)})`, { SHELL: '/bin/bash' });
		try {
			await terminal.sees(/KB\/s/);
			const rest = await terminal.sees(/nothing lost/);
			assert.match(rest, /side,count\r\nclient,1000\r\n/);
			// Up to the line and away with it, before anything else is said.
			assert.match(
				rest.replaceAll('\x1b', 'ESC'),
				/KB\/s\r\nESC\[1FESC\[Jclaudeinsight: 1,000 exchanges, nothing lost$/,
			);
			assert.equal(await terminal.ended(), 0);
		} finally {
			terminal.kill();
		}
	});

	test('says nothing of it in a pipe', () => {
		const { stderr } = run(['-e', 'stat http count() by side', '--from', path]);
		assert.equal(stderr, 'claudeinsight: 1,000 exchanges, nothing lost\n');
	});
});
