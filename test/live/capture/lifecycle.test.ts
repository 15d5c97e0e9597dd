import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLive } from '../../../engine/capture/live.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope, Recorder } from '../../support/capture-live.ts';

const FIN_WAIT1 = 4;
const CLOSE = 7;
const CLOSE_WAIT = 8;
const ECONNRESET = 104;

test('both directions end where the last byte ended', async () => {
	const peers = new Peers('half_close');
	const { port } = await peers.says<{ port: number }>();
	const { events } = await capture(demandFor(portScope(port)), async () => {
		peers.go();
		await peers.says();
	});
	const sent = { client: BigInt('question'.length), server: BigInt('the answer'.length) };
	for (const open of eventsOf(events, 'open')) {
		const isClient = open.remote.endsWith(`:${port}`);
		const states = eventsOf(events, 'state').filter((state) => state.cookie === open.cookie);
		const [out, into] = isClient ? [sent.client, sent.server] : [sent.server, sent.client];
		const peerEnded = states.filter((state) => state.newState === CLOSE_WAIT || state.newState === CLOSE).at(-1);
		assert.equal(peerEnded?.inEnd, open.inPos + into);
		for (const state of states) assert.equal(state.error, 0);
		assert.ok(states.every((state) => state.outEnd === open.outPos || state.outEnd === open.outPos + out));
		assert.equal(states.at(-1)?.outEnd, open.outPos + out);
		if (isClient) assert.equal(states[0]?.newState, FIN_WAIT1);
		const closes = eventsOf(events, 'close').filter((close) => close.cookie === open.cookie);
		assert.equal(closes.length, 1);
		assert.equal(events.filter((event) => event.cookie === open.cookie).at(-1), closes[0]);
	}
	assert.equal(eventsOf(events, 'open').length, 2);
});

for (const client_talks of [true, false]) {
	const when = client_talks ? 'after' : 'before';
	test(`a reset by the peer, ${when} the socket was first seen: error, ports and last bytes are there`, async () => {
		const peers = new Peers('reset', { client_talks });
		const { port } = await peers.says<{ port: number }>();
		let answer = { client: 0, data: '' };
		const { events } = await capture(demandFor([{ remotePorts: [port] }]), async () => {
			peers.go();
			answer = await peers.says<typeof answer>();
			await peers.exited();
		});
		const [open, ...others] = eventsOf(events, 'open');
		assert.ok(open);
		assert.deepEqual(others, []);
		assert.deepEqual([open.local, open.remote], [`127.0.0.1:${answer.client}`, `127.0.0.1:${port}`]);
		assert.equal(eventsOf(events, 'data').at(-1)?.payload.toString(), answer.data);
		const [state] = eventsOf(events, 'state');
		if (client_talks) assert.deepEqual([state?.newState, state?.error], [CLOSE, ECONNRESET]);
	});
}

test('events of a capture: clock first, listeners before traffic, process before its socket, end last', async () => {
	const peers = new Peers('talk', { marker: 'x', rounds: 3 });
	const { port, netns } = await peers.says<{ port: number; netns: number }>();
	const { events } = await capture(demandFor(portScope(port)), async () => {
		peers.go();
		await peers.says();
		await sleep(250);
	});
	assert.equal(events[0]?.type, 'clock');
	assert.equal(events.at(-1)?.type, 'end');
	const [clock] = eventsOf(events, 'clock');
	const wall = Number(((clock?.time ?? 0n) + (clock?.offset ?? 0n)) / 1_000_000n);
	assert.ok(Math.abs(wall - Date.now()) < 60_000);
	const listener = eventsOf(events, 'listen').find((listen) => listen.port === port);
	assert.deepEqual([listener?.addr, listener?.netns, listener?.family], ['127.0.0.1', netns, 4]);
	const order = (type: string) => events.findIndex((event) => event.type === type);
	assert.ok(order('listen') < order('process'));
	assert.ok(order('process') < order('open') && order('open') < order('data'));
	assert.equal(events[order('process') + 1]?.type, 'exe');
	assert.ok(eventsOf(events, 'tick').length > 0);
	let last = 0n;
	for (const { time } of events.filter((event) => event.type === 'tick' || event.type === 'data')) {
		assert.ok(time >= last);
		last = time;
	}
});

test('a capture starts when its programs are loaded, not before', () => {
	const before = process.hrtime.bigint();
	const source = openLive({ demand: demandFor(portScope(1)), ringBytes: 1 << 20 });
	const after = process.hrtime.bigint();
	source.stop();
	const { startMono } = source.info;
	assert.ok(startMono - before > after - startMono, `${startMono - before} ns, then ${after - startMono} ns`);
});

/** How long after it happened the first event is told of that comes right behind a tick of an idle capture; ms. */
async function delayBehindTick(): Promise<number> {
	const peers = new Peers('talk', { marker: 'x', rounds: 1 });
	const { port } = await peers.says<{ port: number }>();
	const recorder = new Recorder(demandFor(portScope(port))).start();
	await sleep(500);
	const ticks = eventsOf(recorder.events, 'tick').length;
	await recorder.until((events) => eventsOf(events, 'tick').length > ticks);
	peers.go();
	await recorder.until((events) => eventsOf(events, 'data').length > 0);
	const told = process.hrtime.bigint();
	const { events } = await recorder.stop();
	return Number(told - (eventsOf(events, 'data')[0]?.time ?? 0n)) / 1e6;
}

test('an event wakes an idle capture', async () => {
	const delays: number[] = [];
	// Nothing else would look before the next tick, 100 ms later. A busy machine may take as long to wake us, once.
	while (delays.length < 5 && delays.every((delay) => delay >= 50)) delays.push(await delayBehindTick());
	assert.ok(Math.min(...delays) < 50, `${delays.map((delay) => delay.toFixed(1))} ms`);
});

test('stop from within the consumer still drains and ends', async () => {
	const peers = new Peers('talk', { marker: 'x', rounds: 50 });
	const { port } = await peers.says<{ port: number }>();
	const recorder = new Recorder(demandFor(portScope(port))).start();
	const stopping = recorder.until((events) => {
		if (eventsOf(events, 'data').length > 0) recorder.source.stop();
		return events.at(-1)?.type === 'end';
	});
	peers.go();
	await stopping;
	recorder.source.stop();
	const { events } = await recorder.stop();
	assert.equal(eventsOf(events, 'end').length, 1);
});
