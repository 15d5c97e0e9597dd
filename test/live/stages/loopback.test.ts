import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataFlag } from '../../../engine/capture/events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope } from '../../support/capture-live.ts';

const SIZES = [100, 20_000, 300_000];

const talk = async (stages: boolean) => {
	const peers = new Peers('once', { sizes: SIZES });
	const { port } = await peers.says<{ port: number }>();
	const { events } = await capture(demandFor(portScope(port), 10, stages), async () => {
		peers.go();
		await peers.says();
	});
	return events;
};

test('on loopback every event has its times, in their order, whatever was copied of its bytes', async () => {
	const events = await talk(true);
	assert.deepEqual(eventsOf(events, 'lost'), []);
	assert.deepEqual(
		eventsOf(events, 'interface').map(({ name }) => name),
		['lo'],
	);
	for (const { flags, start, time, stages } of eventsOf(events, 'data')) {
		assert.ok((stages.rtt ?? 0n) > 0n);
		if (flags & DataFlag.in) {
			const { received = 0n, tcp = 0n, readable = 0n } = stages;
			// A read of several packets has them in stage events of its own.
			if (received > 0n) assert.ok(received <= tcp && tcp <= readable && readable <= time);
		} else {
			const { queued = 0n, sent = 0n, queuedEnd = queued } = stages;
			assert.ok(start <= queued && queued <= sent && queued <= queuedEnd && sent <= time);
		}
	}
});

test('of every stream the device is known for every byte, once', async () => {
	const events = await talk(true);
	const ranges = [...eventsOf(events, 'data'), ...eventsOf(events, 'stage')];
	for (const { cookie } of eventsOf(events, 'open')) {
		const received = ranges.filter(
			(range) => range.cookie === cookie && range.flags & DataFlag.in && range.stages.received !== undefined,
		);
		assert.equal(
			received.reduce((sum, { length }) => sum + length, 0),
			SIZES.reduce((sum, size) => sum + size, 0),
		);
	}
});

test('without the demand for stages there are none', async () => {
	const events = await talk(false);
	for (const { stages } of eventsOf(events, 'data')) assert.deepEqual(stages, {});
	assert.deepEqual([...eventsOf(events, 'stage'), ...eventsOf(events, 'interface')], []);
});
