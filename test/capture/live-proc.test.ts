import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { findDescendants, isRunning } from '../../engine/capture/live-proc.ts';

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

/** A process that has ended and that its parent has not heard of, and one whose first thread has ended. */
const ENDED = `
import ctypes, os, sys, threading, time
ended = os.fork()
if ended == 0: os._exit(0)
first = os.fork()
if first == 0:
    threading.Thread(target=sys.stdin.readline).start()
    ctypes.CDLL(None).syscall(${process.arch === 'arm64' ? 93 : 60}, 0) # exit, of this thread alone
while open(f'/proc/{ended}/stat').read().split()[2] != 'Z' or open(f'/proc/{first}/stat').read().split()[2] != 'Z':
    time.sleep(0.01)
print(f'{ended} {first}', flush=True)
sys.stdin.readline()
`;

test('a process runs up to the end of its last thread, and not until its parent has heard of that', async (t) => {
	const parent = spawn('python3', ['-c', ENDED], { stdio: ['pipe', 'pipe', 'inherit'] });
	t.after(() => parent.kill());
	const [line] = await once(parent.stdout, 'data');
	const [ended = 0, first = 0] = String(line).split(' ').map(Number);
	assert.deepEqual([process.pid, parent.pid ?? 0, first].map(isRunning), [true, true, true]);
	assert.equal(isRunning(ended), false);
	process.kill(first);
});
