import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEAD_BYTES } from '../../../engine/capture/events.ts';
import type { CaptureEvent } from '../../support/capture-events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { capture, demandFor, Peers, portScope } from '../../support/capture-live.ts';
import { MODE, ofSocketLayer } from '../../support/capture-mode.ts';
import { type Direction, rebuild } from '../../support/capture-streams.ts';

const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** The cookie of the socket with this local and remote port. */
function cookieOf(events: readonly CaptureEvent[], local: number, remote: number): bigint {
	const open = eventsOf(events, 'open').find((e) => e.local.endsWith(`:${local}`) && e.remote.endsWith(`:${remote}`));
	assert.ok(open, `no open event for ${local} -> ${remote}`);
	return open.cookie;
}

function assertStream(events: readonly CaptureEvent[], cookie: bigint, direction: Direction, expected: string) {
	const rebuilt = rebuild(events, cookie, direction);
	assert.deepEqual(
		{ ...rebuilt, bytes: sha(rebuilt.bytes) },
		{ bytes: expected, length: rebuilt.length, holes: 0, withoutPayload: 0 },
	);
}

interface Stream {
	/** Hashes of what the client and the server have sent. */
	readonly up: string;
	readonly down: string;
}

/** Both directions of a connection, as each end has seen them. */
function assertBothEnds(events: readonly CaptureEvent[], client: bigint, server: bigint, { up, down }: Stream) {
	assertStream(events, client, 'out', up);
	assertStream(events, server, 'in', up);
	assertStream(events, server, 'out', down);
	assertStream(events, client, 'in', down);
}

function assertNothingLost(events: readonly CaptureEvent[]) {
	assert.deepEqual(eventsOf(events, 'lost'), []);
}

const MEGA = 1 << 20;

const STREAMS = [
	{ name: 'long sends', send: 'plain', receive: 'plain', bytes: 3 * MEGA },
	{ name: 'long sends over IPv6', send: 'plain', receive: 'plain', bytes: 3 * MEGA, family: 6 },
	{ name: 'many short sends and reads', send: 'small', receive: 'small', bytes: 300_000, connections: 3 },
	{ name: 'several buffers a call', send: 'vectors', receive: 'vectors', bytes: 2 * MEGA, connections: 2 },
	{ name: 'a full send buffer', send: 'nonblocking', receive: 'plain', bytes: 2 * MEGA, small_buffers: true },
	{ name: 'several buffers, a full send buffer', send: 'vectors', receive: 'small', bytes: MEGA, small_buffers: true },
	{ name: 'MSG_PEEK before most reads', send: 'plain', receive: 'peeking', bytes: MEGA, connections: 2 },
	{ name: 'MSG_PEEK over IPv6', send: 'small', receive: 'peeking', bytes: 300_000, family: 6 },
	{ name: 'an array of messages a call', send: 'messages', receive: 'messages', bytes: 2 * MEGA, connections: 2 },
];

/** Their pages have no address in user memory: only the socket layer's hooks can take payload from the packets. */
const SENT_FILES = [
	{ name: 'sendfile after a head', send: 'file', receive: 'plain', bytes: 3 * MEGA, connections: 1 },
	{ name: 'sendfile into a full buffer', send: 'file', receive: 'plain', bytes: MEGA, small_buffers: true },
	{ name: 'sendfile over IPv6', send: 'file', receive: 'plain', bytes: MEGA, family: 6 },
];

for (const [seed, { name, ...options }] of [...STREAMS, ...(MODE === 'socket' ? SENT_FILES : [])].entries()) {
	test(`both ends are byte-exact: ${name}`, async () => {
		const peers = new Peers('stream', { ...options, seed });
		const { port } = await peers.says<{ port: number }>();
		let streams: { port: number; up: string; down: string }[] = [];
		const { events } = await capture(demandFor(portScope(port)), async () => {
			peers.go();
			({ streams } = await peers.says<{ streams: typeof streams }>());
		});
		assertNothingLost(events);
		assert.equal(streams.length, options.connections ?? 1);
		for (const stream of streams) {
			const client = cookieOf(events, stream.port, port);
			const server = cookieOf(events, port, stream.port);
			assertBothEnds(events, client, server, stream);
		}
	});
}

if (MODE === 'syscall') {
	test('of bytes that leave by sendfile the range is told, and the reader’s end is whole', async () => {
		const peers = new Peers('stream', { seed: 1, send: 'file', receive: 'plain', bytes: MEGA });
		const { port } = await peers.says<{ port: number }>();
		let streams: { port: number; up: string }[] = [];
		const { events } = await capture(demandFor(portScope(port)), async () => {
			peers.go();
			({ streams } = await peers.says<{ streams: typeof streams }>());
		});
		assertNothingLost(events);
		const [stream] = streams;
		assert.ok(stream);
		assertStream(events, cookieOf(events, port, stream.port), 'in', stream.up);
		const sent = rebuild(events, cookieOf(events, stream.port, port), 'out');
		assert.deepEqual([sent.length, sent.holes], [MEGA, 0]);
		assert.ok(sent.withoutPayload > MEGA / 2);
	});

	test('of threads that send on one socket at once nothing is put in the wrong place', async () => {
		const peers = new Peers('concurrent', { threads: 4, sends: 10, bytes: 40_000 });
		const { port } = await peers.says<{ port: number }>();
		const { events } = await capture(demandFor(portScope(port)), async () => {
			peers.go();
			await peers.says();
		});
		const opens = eventsOf(events, 'open');
		const client = opens.find((open) => open.remote === `127.0.0.1:${port}`);
		const server = opens.find((open) => open.local === `127.0.0.1:${port}`);
		assert.ok(client && server);
		const [, whole] = [client, server].map(({ cookie }, at) => rebuild(events, cookie, at === 0 ? 'out' : 'in'));
		assert.equal(whole?.length, 1_600_000);
		const known = eventsOf(events, 'data').filter((event) => event.cookie === client.cookie);
		for (const { pos, payload } of known) {
			const at = Number(pos - server.inPos);
			assert.ok(payload.equals(whole.bytes.subarray(at, at + payload.length)), `other bytes at ${at}`);
		}
		const told = known.reduce((sum, { length }) => sum + length, 0);
		const uncertain = eventsOf(events, 'lost').at(-1)?.contended ?? 0n;
		assert.ok(told < 1_600_000 && uncertain > 0n, 'the sends did not get in each other’s way: the test shows nothing');
	});
}

const UNDER_LOCK = ofSocketLayer('only under the lock of the socket is it known whose bytes come next');

test('threads that send on one socket at once', UNDER_LOCK, async () => {
	const peers = new Peers('concurrent', { threads: 4, sends: 10, bytes: 40_000 });
	const { port } = await peers.says<{ port: number }>();
	let received = '';
	const { events } = await capture(demandFor(portScope(port)), async () => {
		peers.go();
		({ received } = await peers.says<{ received: string }>());
	});
	assertNothingLost(events);
	const opens = eventsOf(events, 'open');
	const client = opens.find((open) => open.remote === `127.0.0.1:${port}`);
	const server = opens.find((open) => open.local === `127.0.0.1:${port}`);
	assert.ok(client && server);
	assertStream(events, client.cookie, 'out', received);
	assertStream(events, server.cookie, 'in', received);
	const interrupted = eventsOf(events, 'data').filter((e) => e.cookie === client.cookie && e.length % 40_000 !== 0);
	assert.ok(interrupted.length > 40, 'the sends did not get in each other’s way: the test shows nothing');
});

test('of a send that began before the capture only what was seen is told', UNDER_LOCK, async () => {
	const bytes = 30_000_000;
	// Its reader takes a second and more.
	const peers = new Peers('concurrent', { threads: 1, sends: 1, bytes });
	const { port } = await peers.says<{ port: number }>();
	peers.go();
	await sleep(100);
	const { events } = await capture(demandFor(portScope(port), HEAD_BYTES), async () => {
		await peers.says();
	});
	assertNothingLost(events);
	const server = eventsOf(events, 'open').find((open) => open.local === `127.0.0.1:${port}`);
	assert.ok(server);
	const [sent, received] = [false, true].map((ofServer) =>
		eventsOf(events, 'data').filter(({ cookie }) => (cookie === server.cookie) === ofServer),
	);
	const end = (data: typeof sent) => data?.reduce((most, { pos, length }) => Math.max(most, Number(pos) + length), 0);
	assert.equal(end(sent), end(received));
	const told = sent?.reduce((sum, { length }) => sum + length, 0) ?? 0;
	assert.ok(told > 0 && told < bytes, `${told} bytes: the capture did not begin during the send`);
});

test('the time of a read is not that of a look before it', async () => {
	const peers = new Peers('look');
	const { port } = await peers.says<{ port: number }>();
	let answer = { received: '', looked: 0 };
	const { events } = await capture(demandFor(portScope(port)), async () => {
		peers.go();
		answer = await peers.says<typeof answer>();
	});
	const server = eventsOf(events, 'open').find((open) => open.local === `127.0.0.1:${port}`);
	assert.ok(server);
	assertStream(events, server.cookie, 'in', answer.received);
	const [first] = eventsOf(events, 'data').filter((e) => e.cookie === server.cookie);
	assert.ok(first && first.time > BigInt(answer.looked));
});

test('a copy that failed and is tried again is reported once', async () => {
	const peers = new Peers('faulty');
	const { port } = await peers.says<{ port: number }>();
	let answer = { received: '', failed: 0 };
	const { events } = await capture(demandFor([{ localPorts: [port] }]), async () => {
		peers.go();
		answer = await peers.says<typeof answer>();
	});
	assert.equal(answer.failed, -1);
	const [server] = eventsOf(events, 'open');
	assert.ok(server);
	assertStream(events, server.cookie, 'in', answer.received);
});

const UNREAD = [
	{ name: 'bytes that leave for a pipe', scenario: 'spliced' },
	{ name: 'bytes that are thrown away', scenario: 'discarded' },
];

for (const { name, scenario } of UNREAD) {
	test(`of ${name} the size is told`, async () => {
		const peers = new Peers(scenario);
		const { port } = await peers.says<{ port: number }>();
		let answer = { received: '', taken: 0 };
		const { events } = await capture(demandFor([{ localPorts: [port] }]), async () => {
			peers.go();
			answer = await peers.says<typeof answer>();
		});
		const [server] = eventsOf(events, 'open');
		assert.ok(server);
		const rebuilt = rebuild(events, server.cookie, 'in');
		assert.equal(answer.taken, 1000);
		const { bytes, withoutPayload, holes } = rebuilt;
		assert.deepEqual([sha(bytes), withoutPayload, holes], [answer.received, 1000, 0]);
	});
}

test('a socket that is handed to another process, which answers through a duplicate of it', async () => {
	const peers = new Peers('handed_on', { rounds: 5 });
	const { port, child } = await peers.says<{ port: number; child: number }>();
	let answer = { up: '', down: '', client: 0 };
	const { events } = await capture(demandFor(portScope(port)), async () => {
		peers.go();
		answer = await peers.says<typeof answer>();
	});
	assertNothingLost(events);
	const client = cookieOf(events, answer.client, port);
	const server = cookieOf(events, port, answer.client);
	assertBothEnds(events, client, server, answer);
	const owners = eventsOf(events, 'data').filter(({ cookie }) => cookie === server);
	assert.deepEqual([owners.length, new Set(owners.map(({ tgid }) => tgid))], [10, new Set([child])]);
});

for (const bytes of [50, 20_000]) {
	test(`a request of ${bytes} bytes in the SYN (Fast Open)`, async () => {
		const peers = new Peers('fast_open', { connections: 4, bytes }, ['unshare', '--net']);
		const { port, netns } = await peers.says<{ port: number; netns: number }>();
		let answer: { sent: { port: number; sha: string }[]; in_syn: number } = { sent: [], in_syn: 0 };
		const { events } = await capture(demandFor([{ netns: [netns] }]), async () => {
			peers.go();
			answer = await peers.says<typeof answer>();
		});
		assert.equal(answer.in_syn, 3, 'Fast Open did not happen: the test shows nothing');
		assertNothingLost(events);
		for (const sent of answer.sent) {
			assertStream(events, cookieOf(events, sent.port, port), 'out', sent.sha);
			assertStream(events, cookieOf(events, port, sent.port), 'in', sent.sha);
		}
	});
}

test('a request in the SYN of a socket whose local port turns out to be outside is not read', async () => {
	const peers = new Peers('fast_open', { connections: 3, bytes: 50 }, ['unshare', '--net']);
	const { netns } = await peers.says<{ netns: number }>();
	const { raw } = await capture(demandFor([{ netns: [netns], localPorts: [1] }]), async () => {
		peers.go();
		await peers.says();
	});
	assert.ok(!raw.includes('request'));
});

/** The hooks of the socket layer do not see it; a system call that sends is one like others. */
test(`a request in the SYN after a deferred connect is ${MODE === 'socket' ? 'a hole that is counted' : 'whole'}`, async () => {
	const peers = new Peers('fast_open', { connections: 3, bytes: 50, deferred: true }, ['unshare', '--net']);
	const { port, netns } = await peers.says<{ port: number; netns: number }>();
	let answer: { sent: { port: number; length: number; sha: string }[]; in_syn: number } = { sent: [], in_syn: 0 };
	const { events } = await capture(demandFor([{ netns: [netns] }]), async () => {
		peers.go();
		answer = await peers.says<typeof answer>();
	});
	assert.equal(answer.in_syn, 2);
	if (MODE === 'socket') assert.equal(eventsOf(events, 'lost').at(-1)?.contended, 2n);
	else assertNothingLost(events);
	for (const { port: client, length, sha } of answer.sent.slice(1)) {
		if (MODE === 'syscall') {
			assertStream(events, cookieOf(events, client, port), 'out', sha);
			continue;
		}
		const rebuilt = rebuild(events, cookieOf(events, client, port), 'out');
		assert.deepEqual([rebuilt.length, rebuilt.withoutPayload], [length, length]);
	}
});
