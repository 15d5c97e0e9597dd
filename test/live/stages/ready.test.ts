import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFlag } from '../../../engine/capture/events.ts';
import { openKernel } from '../../../engine/capture/live-kernel.ts';
import { eventsOf, parseEvents } from '../../support/capture-events.ts';
import { demandFor, Peers, portScope } from '../../support/capture-live.ts';

const SIZES = [100, 20_000, 300_000];

test('where the kernel does not tell when bytes were readable, packets do', async () => {
	const peers = new Peers('once', { sizes: SIZES });
	const { port } = await peers.says<{ port: number }>();
	const demand = demandFor(portScope(port), 10, ['readable']);
	const kernel = openKernel(1 << 22, 'syscall', demand, { lacks: ['sk_data_ready'] });
	kernel.setDemand(demand);
	peers.go();
	await peers.says();
	await sleep(50);
	kernel.detach();
	const buffer = Buffer.alloc(1 << 22);
	const events = parseEvents(buffer.subarray(0, kernel.drain(buffer)));
	kernel.close();

	let bytes = 0;
	for (const { flags, time, length, stages } of [...eventsOf(events, 'data'), ...eventsOf(events, 'stage')]) {
		if ((flags & DataFlag.in) === 0 || stages.readable === undefined) continue;
		bytes += length;
		assert.equal(stages.readable, stages.tcp);
		assert.ok(stages.readable <= time);
	}
	assert.equal(bytes, SIZES.reduce((sum, size) => sum + size, 0) * 2);
});
