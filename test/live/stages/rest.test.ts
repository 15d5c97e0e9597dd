import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { endsOf } from '../../../engine/output/detail/detail.ts';
import { wayOf } from '../../../engine/output/detail/way.ts';
import { connectHosts, SERVER_INTERFACE } from '../../support/two-hosts.ts';
import { observe } from './way.ts';

/* What holds up a message behind its first bytes: whose fault it is stands in the name of the largest step. */
const PAUSE_MS = 500;
const PAUSE = PAUSE_MS * 1e6;
const LARGE = 1_000_000;

/** Without the count of what was sent again: what comes to a full buffer is dropped. */
const largest = (client: Exchange | undefined, server: Exchange | null | undefined) =>
	client && wayOf(endsOf(client, server ?? null))?.largest?.name.replace(/, .*/, '');

test('a server that writes in pieces: it works on what it writes', async () => {
	const { client, server } = await observe(
		await connectHosts({ server: { answer: 4000, write: 1000, between: PAUSE_MS / 4 } }),
	);
	assert.equal(largest(client[0], server[0]), 'process writes the rest');
	assert.equal(largest(server[0], null), 'process writes the rest');
	assert.equal(largest(client[0], null), 'rest arrives');
});

test('a client that reads in pieces: the rest lies there, and the server has no room to write', async () => {
	const { client, server } = await observe(
		await connectHosts({
			client: { between_reads: PAUSE_MS / 10, receive_buffer: 50_000 },
			server: { answer: LARGE, write: 50_000, send_buffer: 50_000 },
		}),
	);
	assert.equal(largest(client[0], null), 'rest waits for process');
	assert.equal(largest(server[0], null), 'send buffer full');
	assert.equal(largest(client[0], server[0]), 'other end reads slowly');
});

test('a client that reads in pieces what the server has written at once: it is named, not the device', async () => {
	const { client, server } = await observe(
		await connectHosts({
			client: { between_reads: PAUSE_MS / 10, receive_buffer: 50_000 },
			server: { answer: LARGE, send_buffer: 2 * LARGE },
		}),
	);
	assert.equal(largest(client[0], server[0]), 'other end reads slowly');
	assert.equal(largest(server[0], null), `TCP → ${SERVER_INTERFACE}`);
});

test('a client that reads late: what the server has written leaves when its exchange is over', async () => {
	const { client, server } = await observe(
		await connectHosts({
			client: { before_read: PAUSE_MS, receive_buffer: 20_000 },
			server: { answer: LARGE, send_buffer: 2 * LARGE },
		}),
	);
	const [exchange] = server;
	const { stages, lastTime = 0 } = exchange?.response ?? {};
	assert.ok(stages?.sent && stages.sent - lastTime >= PAUSE * 0.9, `left ${stages?.sent}, written ${lastTime}`);
	assert.equal(largest(exchange, null), `TCP → ${SERVER_INTERFACE}`);
	assert.equal(largest(client[0], null), 'waits in socket buffer');
});
