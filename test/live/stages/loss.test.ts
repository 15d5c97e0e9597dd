import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DataFlag } from '../../../engine/capture/events.ts';
import { eventsOf } from '../../support/capture-events.ts';
import { connectHosts, type Hosts, SERVER_INTERFACE } from '../../support/two-hosts.ts';
import { fieldOf, observe } from './way.ts';

/** The shortest time after which TCP sends again what has got no answer: TCP_RTO_MIN (include/net/tcp.h), halved. */
const RESENT_NS = 100e6;

/** Bytes of a full packet: smaller ones are joined when they are sent again. */
const SEGMENT = 1448;

const folder = mkdtempSync(join(tmpdir(), 'ciq-drop-'));
const object = join(folder, 'drop.o');
before(() => {
	const source = join(import.meta.dirname, 'drop.bpf.c');
	const headers = join(import.meta.dirname, '../../../bpf');
	execFileSync('clang', ['-target', 'bpf', '-mcpu=v3', '-O2', '-g', `-I${headers}`, '-c', source, '-o', object]);
});
after(() => rmSync(folder, { recursive: true }));

const observeLosses = (hosts: Hosts) =>
	observe(hosts, () =>
		hosts.server.run('ip', 'link', 'set', 'dev', SERVER_INTERFACE, 'xdpdrv', 'obj', object, 'sec', 'xdp'),
	);

test('packets that are lost on the way: remote time and retransmissions', async () => {
	const seen = await observeLosses(await connectHosts({}));
	const [client] = seen.client;
	const [server] = seen.server;
	assert.ok(client && server);
	const remote = fieldOf(client, 'remote_time');
	assert.ok(typeof remote === 'number' && remote >= RESENT_NS, `remote time ${remote}`);
	assert.equal(fieldOf(client, 'retransmits'), 2);
	assert.equal(eventsOf(seen.captured.events, 'retransmit').length, 2);
	// It left at once: what is sent again is no new departure.
	const { request } = client;
	assert.ok(request?.stages?.sent && request.stages.sent - request.firstTime < RESENT_NS);
	for (const exchange of [client, server]) {
		for (const name of ['socket_time', 'copy_time']) {
			const time = fieldOf(exchange, name);
			assert.ok(typeof time === 'number' && time < RESENT_NS, `${name} ${time}`);
		}
	}
	assert.equal(fieldOf(server, 'retransmits'), 0);
});

test('packets that are lost while their call still waits for room: they are counted too', async () => {
	const seen = await observeLosses(await connectHosts({ client: { question: 300_000, send_buffer: 10_000 } }));
	const [exchange] = seen.client;
	const again = eventsOf(seen.captured.events, 'retransmit');
	const [call] = eventsOf(seen.captured.events, 'data').filter(({ flags }) => (flags & DataFlag.in) === 0);
	assert.ok(exchange && call && again.length > 0);
	assert.ok(
		again.every(({ time }) => time > call.start && time < call.time),
		'the call had ended before',
	);
	assert.equal(fieldOf(exchange, 'retransmits'), again.length);
});

test('packets that come behind two that are lost: they are readable when the second of these has come again', async () => {
	const { captured } = await observeLosses(await connectHosts({ client: { question: 10 * SEGMENT, write: SEGMENT } }));
	const received = [...eventsOf(captured.events, 'data'), ...eventsOf(captured.events, 'stage')].filter(
		({ flags, stages }) => (flags & DataFlag.in) !== 0 && stages.tcp !== undefined,
	);
	assert.ok(received.length > 10);
	for (const { pos, stages } of received) assert.ok(stages.readable !== undefined, `bytes at ${pos}`);
});
