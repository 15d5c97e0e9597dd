import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { type Step, stepsOf } from '../../../engine/exchange/stage-list.ts';
import { MODE, TELLS_READABLE } from '../../support/capture-mode.ts';
import { CLIENT_INTERFACE, connectHosts, SERVER_INTERFACE } from '../../support/two-hosts.ts';
import { fieldOf, observe } from './way.ts';

/*
 * Each test holds up an exchange at one place, and finds the pause in the number for that place at both ends, and in no
 * other: a machine that is busy may add to all of them, but not a quarter of a second.
 */
const PAUSE_MS = 500;
const PAUSE = PAUSE_MS * 1e6;
const LITTLE = PAUSE / 2;

const TIMES = ['remote_time', 'internal_time', 'socket_time', 'copy_time'] as const;
type Times = Partial<Record<(typeof TIMES)[number], 'long' | 'short'>>;

function assertTimes(exchange: Exchange | undefined, expected: Times): void {
	assert.ok(exchange);
	const actual = TIMES.flatMap((name) => {
		const time = fieldOf(exchange, name);
		if (time === null) return [];
		assert.ok(typeof time === 'number' && time >= 0, `${name} is ${time}`);
		return [[name, time >= PAUSE * 0.9 ? 'long' : time < LITTLE ? 'short' : `${time} ns`]];
	});
	assert.deepEqual(Object.fromEntries(actual), expected);
}

const names = (exchange: Exchange | undefined) => (exchange ? stepsOf(exchange) : null)?.map((step) => step.name);

const step = (exchange: Exchange | undefined, name: Step['name']): Step => {
	const found = (exchange ? stepsOf(exchange) : null)?.find((candidate) => candidate.name === name);
	assert.ok(found, `no step "${name}"`);
	return found;
};

const CLIENT_STEPS = ['send', 'queue', 'transmit', 'receive', 'tcp', 'readable', 'read'];
const SERVER_STEPS = ['receive', 'tcp', 'readable', 'read', 'send', 'queue', 'transmit'];

const QUICK_CLIENT: Times = { remote_time: 'short', socket_time: 'short', copy_time: 'short' };
const QUICK_SERVER: Times = { internal_time: 'short', socket_time: 'short', copy_time: 'short' };

test('without a pause every stage is there, in order, at its interface', async () => {
	const { client, server } = await observe(await connectHosts({ exchanges: 3 }));
	assert.deepEqual([client.length, server.length], [3, 3]);
	for (const exchange of client) {
		assert.deepEqual(names(exchange), CLIENT_STEPS);
		assertTimes(exchange, QUICK_CLIENT);
		assert.deepEqual(
			(stepsOf(exchange) ?? []).flatMap(({ iface }) => iface ?? []),
			[CLIENT_INTERFACE, CLIENT_INTERFACE, CLIENT_INTERFACE],
		);
		const rtt = fieldOf(exchange, 'rtt');
		assert.ok(typeof rtt === 'number' && rtt > 1000 && rtt < PAUSE, `rtt ${rtt}`);
		assert.equal(fieldOf(exchange, 'retransmits'), 0);
	}
	for (const exchange of server) {
		assert.deepEqual(names(exchange), SERVER_STEPS);
		assertTimes(exchange, QUICK_SERVER);
		assert.equal(step(exchange, 'receive').iface, SERVER_INTERFACE);
	}
	// One clock: a byte cannot arrive before it has left.
	for (const [i, sent] of client.entries()) {
		const left = sent.request?.stages?.sent ?? Number.NaN;
		const arrived = server[i]?.request?.stages?.received ?? Number.NaN;
		assert.ok(arrived > left && arrived - left < LITTLE, `left ${left}, arrived ${arrived}`);
	}
});

test('a server that takes its time: internal time there, remote time for the client', async () => {
	const seen = await observe(await connectHosts({ server: { before_answer: PAUSE_MS } }));
	assertTimes(seen.server[0], { ...QUICK_SERVER, internal_time: 'long' });
	assertTimes(seen.client[0], { ...QUICK_CLIENT, remote_time: 'long' });
	assert.ok((step(seen.server[0], 'send').took ?? 0) >= PAUSE * 0.9);
});

test('a server that reads late: socket time there', async () => {
	const seen = await observe(await connectHosts({ server: { before_read: PAUSE_MS } }));
	assertTimes(seen.server[0], { ...QUICK_SERVER, socket_time: 'long' });
	assertTimes(seen.client[0], { ...QUICK_CLIENT, remote_time: 'long' });
});

test('a client that reads late: socket time there, and nothing for the server', async () => {
	const seen = await observe(await connectHosts({ client: { before_read: PAUSE_MS } }));
	assertTimes(seen.client[0], { ...QUICK_CLIENT, socket_time: 'long' });
	assertTimes(seen.server[0], QUICK_SERVER);
});

test('a full window: the time before the device, of bytes that leave after their send call', async () => {
	const seen = await observe(
		await connectHosts({
			client: { question: 200_000, send_buffer: 1_000_000 },
			server: { before_read: PAUSE_MS, receive_buffer: 20_000 },
		}),
	);
	const [exchange] = seen.client;
	assert.ok(exchange?.request && exchange.request.lastTime - exchange.request.firstTime < LITTLE, 'the call waited');
	assert.ok((step(exchange, 'queue').took ?? 0) >= PAUSE * 0.9);
	assertTimes(exchange, QUICK_CLIENT);
	assert.deepEqual(names(exchange), CLIENT_STEPS);
	// To the last byte, and no byte twice.
	const { passages = [], calls = [] } = exchange.request.stages ?? {};
	assert.ok(passages.length > 3);
	assert.equal(
		calls.reduce((sum, { size }) => sum + size, 0),
		exchange.request.size,
	);
});

test('a reader that has closed its own direction: no hook of TCP, but the others', async () => {
	// What TCP has not seen, only the copy of the packet's bytes can join to its reception.
	const unseen = MODE === 'socket' ? ['tcp'] : ['tcp', 'receive', ...(TELLS_READABLE ? [] : ['readable'])];
	// The answer must not overtake the shutdown.
	const { client } = await observe(
		await connectHosts({ client: { half_close: true }, server: { before_answer: PAUSE_MS } }),
	);
	assert.deepEqual(
		names(client[0]),
		CLIENT_STEPS.filter((name) => !unseen.includes(name)),
	);
	if (MODE === 'socket') assertTimes(client[0], { ...QUICK_CLIENT, remote_time: 'long' });
});

test('several writes and packets: the request has left with its last byte, the response comes with its first', async () => {
	const write = 3000;
	const seen = await observe(
		await connectHosts({
			client: { question: 9000, write, between: PAUSE_MS / 4 },
			server: { answer: 100_000 },
		}),
	);
	const [exchange] = seen.client;
	const { request, response } = exchange ?? {};
	assert.ok(request?.stages && response?.stages);
	assert.deepEqual(
		request.stages.calls.map(({ size }) => size),
		[write, write, write, request.size - 3 * write],
	);
	const [first] = request.stages.passages;
	assert.ok(first && request.stages.sent && request.stages.sent - first.time >= (PAUSE / 4) * 2);
	assertTimes(exchange, QUICK_CLIENT);
	const arrived = response.stages.passages;
	assert.ok(arrived.length > 1, 'the response came in one packet: the test shows nothing');
	assert.equal(response.stages.received, arrived[0]?.time);
	assert.equal(
		arrived.reduce((sum, { size }) => sum + size, 0),
		response.size,
	);
	assertTimes(seen.server[0], QUICK_SERVER);
});

test('two requests that are read at once: each has the times of its own packets', async () => {
	const { server } = await observe(
		await connectHosts({
			exchanges: 2,
			client: { pipelined: true, between: PAUSE_MS / 2 },
			server: { before_read: PAUSE_MS * 2 },
		}),
	);
	const [one, other] = server.map(({ request }) => request);
	assert.ok(one?.stages?.received && other?.stages?.received);
	assert.ok(other.stages.received - one.stages.received >= (PAUSE / 2) * 0.9);
	assert.ok((other.stages.readable ?? 0) >= other.stages.received);
	assert.equal(one.firstTime, other.firstTime, 'they were read one by one: the test shows nothing');
});

test('a sequence number that wraps in the middle of a request', async () => {
	const before = 4000;
	const { client, server } = await observe(
		await connectHosts({ client: { question: 20_000, write: 3000, first_seq: 2 ** 32 - before } }),
	);
	const [sent] = client;
	const [received] = server;
	assert.ok(sent?.request && received?.request);
	assert.ok(sent.request.pos < 2 ** 33 && sent.request.pos + sent.request.size > 2 ** 33, 'it does not wrap');
	assert.deepEqual(names(sent)?.toSorted(), [...CLIENT_STEPS, 'write'].toSorted());
	assert.equal(
		sent.request.stages?.passages.reduce((sum, { size }) => sum + size, 0),
		sent.request.size,
	);
	assert.deepEqual(names(received)?.slice(0, 4), SERVER_STEPS.slice(0, 4));
	assert.equal(
		received.request.stages?.passages.reduce((sum, { size }) => sum + size, 0),
		received.request.size,
	);
});
