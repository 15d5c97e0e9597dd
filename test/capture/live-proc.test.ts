import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { findDescendants } from '../../engine/capture/live-proc.ts';

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
