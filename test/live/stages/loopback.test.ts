import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataFlag } from '../../../engine/capture/events.ts';
import { STAGE_PARTS, type StagePart } from '../../../engine/exchange/stage-parts.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope } from '../../support/capture-live.ts';
import { TELLS_READABLE } from '../../support/capture-mode.ts';

const SIZES = [100, 20_000, 300_000];

const talk = async (stages: readonly StagePart[]) => {
	const peers = new Peers('once', { sizes: SIZES });
	const { port } = await peers.says<{ port: number }>();
	const { events } = await capture(demandFor(portScope(port), 10, stages), async () => {
		peers.go();
		await peers.says();
	});
	return events;
};

test('on loopback every event has its times, in their order, whatever was copied of its bytes', async () => {
	const events = await talk(STAGE_PARTS);
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

/** The times that a part brings, beside the round trip, which costs nothing. */
const TIMES: Readonly<Record<StagePart, readonly string[]>> = {
	received: ['interface', 'readable', 'received', 'tcp'],
	// Where it is told by packets, their time is there too.
	readable: TELLS_READABLE ? ['readable'] : ['readable', 'tcp'],
	sent: ['interface', 'queued', 'queuedEnd', 'sent', 'sentEnd'],
	resent: [],
	rtt: [],
};

for (const [part, times] of Object.entries(TIMES)) {
	test(`${part} alone brings ${times.join(', ') || 'no times'}`, async () => {
		const events = await talk(STAGE_PARTS.filter((one) => one === part));
		const ranges = [...eventsOf(events, 'data'), ...eventsOf(events, 'stage')];
		const seen = new Set(ranges.flatMap(({ stages }) => Object.keys(stages)));
		assert.deepEqual([...seen].toSorted(), [...times, 'rtt'].toSorted());
		// Every byte of both directions has them; what left behind its call once more.
		const first = times.find((name) => name !== 'interface');
		if (first === undefined) return;
		const told = ranges.filter(({ stages }) => Object.hasOwn(stages, first));
		const bytes = told.reduce((sum, { length }) => sum + length, 0);
		assert.ok(bytes >= SIZES.reduce((sum, size) => sum + size, 0) * 2);
	});
}

test('of every stream the device is known for every byte, once', async () => {
	const events = await talk(STAGE_PARTS);
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
	const events = await talk([]);
	for (const { stages } of eventsOf(events, 'data')) assert.deepEqual(stages, {});
	assert.deepEqual([...eventsOf(events, 'stage'), ...eventsOf(events, 'interface')], []);
});
