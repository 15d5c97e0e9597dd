import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataFlag } from '../../../engine/capture/events.ts';
import { HOOKS } from '../../../engine/capture/live-hooks.ts';
import { openKernel } from '../../../engine/capture/live-kernel.ts';
import { eventsOf, parseEvents } from '../../support/capture-events.ts';
import { demandFor, Peers, portScope } from '../../support/capture-live.ts';
import { ofMode } from '../../support/capture-mode.ts';
import { rebuild } from '../../support/capture-streams.ts';

/* As on kernels that preempt programs (bpf/processor.bpf.h), where chance decides which of two sees what. */

const SECOND = HOOKS.socket.again;
const FIRST = SECOND.map((hook) => hook.replace('_again', ''));

const WAYS = {
	'the first and the second': { twice: true },
	'the second alone, which the first has left all to': { twice: true, lacks: FIRST },
};

const SIZES = [100, 20_000, 300_000];
const BYTES = SIZES.reduce((sum, size) => sum + size, 0);

for (const [name, options] of Object.entries(WAYS)) {
	test(`every byte is told of once: ${name}`, ofMode('socket'), async () => {
		const peers = new Peers('once', { sizes: SIZES });
		const { port } = await peers.says<{ port: number }>();
		const demand = demandFor(portScope(port));
		const kernel = openKernel(1 << 22, 'socket', demand, options);
		kernel.setDemand(demand);
		peers.go();
		await peers.says();
		await peers.exited();
		await sleep(50);
		kernel.detach();
		const buffer = Buffer.alloc(1 << 22);
		const events = parseEvents(buffer.subarray(0, kernel.drain(buffer)));
		const { contended, helperFailed, ringFull } = kernel.lossCounters();
		kernel.close();

		assert.deepEqual([contended, helperFailed, ringFull], [0n, 0n, 0n]);
		const opens = eventsOf(events, 'open');
		assert.equal(opens.length, 2);
		for (const { cookie } of opens) {
			const data = eventsOf(events, 'data').filter((event) => event.cookie === cookie);
			for (const direction of ['in', 'out'] as const) {
				const lengths = data
					.filter(({ flags }) => ((flags & DataFlag.in) !== 0) === (direction === 'in'))
					.map(({ length }) => length);
				assert.equal(
					lengths.reduce((sum, length) => sum + length, 0),
					BYTES,
					direction,
				);
				const { holes, withoutPayload } = rebuild(events, cookie, direction);
				assert.deepEqual([holes, withoutPayload], [0, 0]);
			}
			assert.equal(eventsOf(events, 'close').filter((event) => event.cookie === cookie).length, 1);
		}
	});
}
