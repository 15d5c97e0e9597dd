import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataFlag, HEAD_BYTES } from '../../../engine/capture/events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope } from '../../support/capture-live.ts';
import { rebuild } from '../../support/capture-streams.ts';

const TAIL = 16;

/** The bytes that peers.py sends. */
const sent = (size: number) => Buffer.from(Array.from({ length: size }, (_, i) => i % 251));

/** What a send of `size` bytes becomes: length and payload of each event. */
function expected(size: number, budget: number): { length: number; payload: Buffer }[] {
	const bytes = sent(size);
	if (size <= budget || (budget > 0 && size < budget + TAIL)) return [{ length: size, payload: bytes }];
	if (budget === 0) return [{ length: size, payload: Buffer.alloc(0) }];
	return [
		{ length: size - TAIL, payload: bytes.subarray(0, budget) },
		{ length: TAIL, payload: bytes.subarray(size - TAIL) },
	];
}

for (const budget of [0, 1, 100]) {
	for (const vectors of [false, true]) {
		test(`${budget} bytes of each send are copied, and its end${vectors ? ', from several buffers' : ''}`, async () => {
			const sizes = [1, 99, 100, 101, 115, 116, 117, 10_000].filter((size) => size > 10 || !vectors);
			const peers = new Peers('once', { sizes, vectors });
			const { port } = await peers.says<{ port: number }>();
			const { events } = await capture(demandFor(portScope(port), budget), async () => {
				peers.go();
				await peers.says();
			});
			const client = eventsOf(events, 'open').find((open) => open.remote.endsWith(`:${port}`));
			const sends = eventsOf(events, 'data').filter((e) => e.cookie === client?.cookie && !(e.flags & DataFlag.in));
			assert.deepEqual(
				sends.map(({ length, payload }) => ({ length, payload })),
				sizes.flatMap((size) => expected(size, budget)),
			);
		});
	}
}

test('a budget counts every byte of the streams', async () => {
	const sizes = [20_000, 300_000, 5];
	const peers = new Peers('once', { sizes });
	const { port } = await peers.says<{ port: number }>();
	const { events } = await capture(demandFor(portScope(port), HEAD_BYTES), async () => {
		peers.go();
		await peers.says();
	});
	const total = sizes.reduce((sum, size) => sum + size, 0);
	for (const { cookie } of eventsOf(events, 'open')) {
		for (const direction of ['in', 'out'] as const) {
			const stream = rebuild(events, cookie, direction);
			assert.deepEqual([stream.length, stream.holes], [total, 0]);
			assert.ok(stream.withoutPayload > 250_000);
		}
	}
});
