import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { findDescendants, findListeners, parseListeners, readExe } from '../../engine/capture/live-proc.ts';

test('listeners are read as the kernel prints them', () => {
	const text = [
		'  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
		'   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1',
		'   1: 0100007F:0050 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 2 1',
		' 10: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 3 1',
	].join('\n');
	const found = parseListeners(text, 5, 4).map(({ addr, port, netns }) => [
		Buffer.from(addr).toString('hex'),
		port,
		netns,
	]);
	assert.deepEqual(found, [
		['00000000000000000000ffff7f000001', 8080, 5],
		['00000000000000000000000000000001', 80, 5],
	]);
});

test('a listener of this process is found in its namespace and in no other', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const address = server.address();
	assert.ok(address !== null && typeof address === 'object');
	const mine = findListeners(null).filter((listener) => listener.port === address.port);
	assert.equal(mine.length, 1);
	assert.equal(
		findListeners(new Set([mine[0]?.netns ?? 0])).some((listener) => listener.port === address.port),
		true,
	);
	assert.deepEqual(findListeners(new Set([1])), []);
	server.close();
});

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
