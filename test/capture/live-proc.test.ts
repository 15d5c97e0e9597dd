import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { test } from 'node:test';
import { findDescendants, readExe } from '../../engine/capture/live-proc.ts';

test('descendants are found at any depth, and carry the clauses of all their ancestors', async () => {
	const child = spawn('sh', ['-c', 'sh -c "echo ready; sleep 60; true"; true'], {
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	await once(child.stdout, 'data');
	const pid = child.pid ?? 0;
	const found = findDescendants(
		new Map([
			[process.pid, 1],
			[pid, 2],
		]),
	);
	const sleepers = [...found].filter(([candidate, clauses]) => candidate !== pid && clauses === 3);
	assert.ok(sleepers.length >= 1, 'the grandchildren');
	assert.equal(found.get(pid), 3);
	assert.equal(found.get(process.pid), 1);
	for (const [descendant] of [...sleepers, [pid]]) if (descendant !== undefined) process.kill(descendant);
});

test('an executable is named only for the process that was asked about', () => {
	const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1]?.split(' ') ?? [];
	const started = BigInt(fields[19] ?? 0) * 10_000_000n;
	assert.equal(readExe(process.pid, started + 1n), realpathSync(process.execPath));
	assert.equal(readExe(process.pid, started + 10_000_000n), null);
	assert.equal(readExe(0x7fff_ffff, started), null);
});
