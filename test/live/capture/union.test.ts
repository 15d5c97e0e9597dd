import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HEAD_BYTES } from '../../../engine/capture/events.ts';
import { STAGE_PARTS } from '../../../engine/exchange/stage-parts.ts';
import { unionDemand } from '../../../engine/shell/union-demand.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { demandFor, Peers, portScope, Recorder } from '../../support/capture-live.ts';
import { MODE } from '../../support/capture-mode.ts';
import { rebuild } from '../../support/capture-streams.ts';

const CHANGES = 4;

test('queries that come and go take nothing from one that stays', async () => {
	const [one, other] = ['stays', 'comes'].map((marker) => new Peers('talk', { marker, pause: 0.005 }));
	assert.ok(one && other);
	const [first, second] = [await one.says<{ port: number }>(), await other.says<{ port: number }>()];
	const stays = demandFor(portScope(first.port), HEAD_BYTES);
	const comes = demandFor(portScope(second.port), Number.POSITIVE_INFINITY, STAGE_PARTS);
	const recorder = new Recorder(stays, undefined, unionDemand([stays, comes])).start();
	for (const peers of [one, other]) peers.go();
	const dataEvents = () => eventsOf(recorder.events, 'data').length;
	for (let change = 0; change < CHANGES; change++) {
		const before = dataEvents();
		recorder.source.setDemand(change % 2 === 0 ? unionDemand([stays, comes]) : stays);
		await recorder.until((events) => eventsOf(events, 'data').length > before + 20);
	}
	// A call of the other one that is under way when its query comes or goes is counted as lost at system calls.
	const straddling = MODE === 'syscall';
	const { events } = await recorder.stop({ straddling });
	if (!straddling) assert.deepEqual(eventsOf(events, 'lost'), []);
	// A set: who finds the connection and who makes a call may tell of it at once, and the second word is passed over.
	const cookiesOf = (port: number) => {
		const ends = eventsOf(events, 'open').filter(({ local, remote }) =>
			[local, remote].some((end) => end.endsWith(`:${port}`)),
		);
		return new Set(ends.map(({ cookie }) => cookie));
	};
	assert.equal(cookiesOf(first.port).size, 2);
	for (const cookie of cookiesOf(first.port)) {
		for (const direction of ['in', 'out'] as const) {
			const { holes, withoutPayload, length } = rebuild(events, cookie, direction);
			assert.deepEqual([holes, withoutPayload], [0, 0]);
			assert.ok(length > CHANGES);
		}
	}
	assert.equal(cookiesOf(second.port).size, 2, 'the other query saw its own');
});
