import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKernel } from '../../../engine/capture/live-kernel.ts';
import { demandFor, portScope } from '../../support/capture-live.ts';
import { MODE } from '../../support/capture-mode.ts';

const RING = 1 << 20;
const KIB = 1 << 10;

/** Says its port, connects to it, sends as many bytes as each line of input says. */
const SENDER = `
import socket, sys, threading
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
peer = server.accept()[0]
print(server.getsockname()[1], flush=True)
for line in sys.stdin:
    client.sendall(bytes(int(line)))
    got = 0
    while got < int(line):
        got += len(peer.recv(65536))
`;

// What nobody wakes would be waited for for ever: the limit is for that.
test('user space is woken once for as much as it asked for, and for no less', { timeout: 20_000 }, async () => {
	const sender = spawn('python3', ['-c', SENDER], { stdio: ['pipe', 'pipe', 'inherit'] });
	after(() => sender.kill());
	const says = createInterface({ input: sender.stdout })[Symbol.asyncIterator]();
	const demand = demandFor(portScope(Number((await says.next()).value)));
	const kernel = openKernel(RING, MODE, demand);
	after(() => kernel.close());
	kernel.setDemand(demand);
	let calls = 0;
	let called = Promise.withResolvers<void>();
	kernel.watch(() => {
		calls++;
		called.resolve();
	});
	const nextCall = () => {
		called = Promise.withResolvers();
		return called.promise;
	};
	const buffer = new Uint8Array(RING);
	const takeAll = () => {
		let bytes = 0;
		for (let length = -1; length !== 0; bytes += length) length = kernel.drain(buffer);
		return bytes;
	};
	const send = (bytes: number) => sender.stdin.write(`${bytes}\n`);

	kernel.wakeAt(1);
	let woken = nextCall();
	send(1);
	await woken;
	assert.ok(takeAll() > 0, 'the first record wakes a sleeper');

	send(10 * KIB);
	await sleep(200);
	assert.equal(calls, 1, 'only once');
	assert.ok(takeAll() > 20 * KIB, 'of both ends');

	kernel.wakeAt(RING / 4);
	send(64 * KIB);
	await sleep(200);
	assert.equal(calls, 1, 'the ring is not as full yet');
	woken = nextCall();
	send(100 * KIB);
	await woken;
	assert.equal(calls, 2);

	kernel.wakeAt(0);
	takeAll();
	send(200 * KIB);
	await sleep(200);
	assert.equal(calls, 2, 'not asked for');
});
