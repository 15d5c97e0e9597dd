import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { DataFlag } from '../../../engine/capture/events.ts';
import { unionDemand } from '../../../engine/shell/union-demand.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { demandFor, portScope, Recorder } from '../../support/capture-live.ts';

const say = async (from: Socket, to: Socket, text: string) => {
	from.write(text);
	await once(to, 'data');
};

test('what a connection does after its query went is not missing at its end', async (t) => {
	const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
	t.after(() => server.close());
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const [goes, stays] = [demandFor(portScope(port)), demandFor([{ localPorts: [1] }])];
	const recorder = new Recorder(unionDemand([goes, stays])).start();
	const client = connect(port, '127.0.0.1');
	const [peer]: Socket[] = await once(server, 'connection');
	assert.ok(peer);
	await say(client, peer, 'question');
	await say(peer, client, 'answer');
	await recorder.until((events) => eventsOf(events, 'data').length >= 4);
	recorder.source.setDemand(stays);
	await say(client, peer, 'nobody asks for this');
	await say(peer, client, 'nor for this');
	client.end();
	peer.end();
	await recorder.until((events) => eventsOf(events, 'close').length === 2);
	const { events } = await recorder.stop();
	const told = new Map<bigint, bigint>();
	for (const { cookie, flags, pos, length } of eventsOf(events, 'data')) {
		if (!(flags & DataFlag.in)) told.set(cookie, pos + BigInt(length));
	}
	assert.equal(told.size, 2);
	const ends = eventsOf(events, 'state');
	assert.ok(ends.length >= 2);
	for (const { cookie, outEnd } of ends)
		assert.ok(outEnd <= told.get(cookie)!, `${outEnd} is behind ${told.get(cookie)}`);
});
