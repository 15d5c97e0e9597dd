import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventType } from '../../../engine/capture/events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope, Recorder } from '../../support/capture-live.ts';

test('what finds no room in the ring is counted to the byte', async () => {
	const bytes = 1 << 20;
	const peers = new Peers('stream', { bytes, seed: 1, send: 'plain', receive: 'plain' });
	const { port } = await peers.says<{ port: number }>();
	// Nobody drains until the traffic is over.
	const recorder = new Recorder(demandFor(portScope(port)), 1 << 16);
	peers.go();
	await peers.says();
	await sleep(20);
	recorder.start();
	const { events } = await recorder.stop();
	const lost = eventsOf(events, 'lost').at(-1);
	assert.ok(lost && lost.ringFull > 0n);
	const captured = eventsOf(events, 'data').reduce((sum, event) => sum + event.length, 0);
	assert.ok(captured > 0 && captured < 1 << 16);
	assert.equal(lost.ringFullBytes, BigInt(4 * bytes - captured));
	assert.equal(lost.helperFailed, 0n);
});

test('what older records left in the ring is not handed on', async () => {
	const peers = new Peers('talk', { marker: 'thirteen byte', rounds: 60, pause: 0.005 });
	const { port } = await peers.says<{ port: number }>();
	// parseEvents looks at the padding; a ring of one page has come round several times.
	const { raw, events } = await capture(
		demandFor(portScope(port)),
		async () => {
			peers.go();
			await peers.says();
		},
		4096,
	);
	assert.ok(raw.length > 3 * 4096);
	assert.ok(eventsOf(events, 'data').every((event) => event.payload.toString() === 'thirteen byte'));
});

test('other families on the same process are passed over', async () => {
	const peers = new Peers('others', { marker: 'not-tcp' });
	await peers.says();
	const { raw, events } = await capture(demandFor([{ pids: [peers.pid] }]), async () => {
		peers.go();
		await peers.says();
	});
	assert.ok(!raw.includes('not-tcp'));
	assert.equal(eventsOf(events, 'open').length, 2);
	assert.equal(Buffer.concat(eventsOf(events, 'data').map((e) => e.payload)).toString(), 'tcp'.repeat(1000));
	assert.ok(events.every((event) => event.type in EventType && event.type !== 'lost'));
});
