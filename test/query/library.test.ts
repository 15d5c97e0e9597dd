import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { viewNames } from '../../engine/query/views/names.ts';
import { viewEntries } from '../../engine/shell/reference/entries.ts';
import { exchange, MS, SECOND, type Told } from '../support/exchanges.ts';
import { codesOf, compile, rowsOf, run } from '../support/query.ts';

const calls = (many: number, told: Told) =>
	Array.from({ length: many }, (_, n) => exchange({ at: n * SECOND, ...told }));

const client = { side: 'client', remoteIp: '10.0.0.9', remotePort: 443, localIp: '10.0.0.1', localPort: 5000 } as const;

interface Case {
	readonly view: string;
	readonly columns: readonly string[];
	readonly sent: readonly ReturnType<typeof exchange>[];
	readonly rows: readonly (readonly unknown[])[];
}

/** What each view of the library says of traffic whose answer is plain. */
const CASES: readonly Case[] = [
	{
		view: 'errors',
		columns: ['route', 'count', 'errors', 'ratio', 'statuses'],
		sent: [
			...calls(3, { target: '/pay', status: 500 }),
			...calls(1, { target: '/pay', status: 200 }),
			...calls(1, { target: '/cart', status: 503 }),
			...calls(9, { target: '/fine', status: 404 }),
		],
		rows: [
			['/pay', 4, 3, 0.75, [{ value: 500, count: 3 }]],
			['/cart', 1, 1, 1, [{ value: 503, count: 1 }]],
		],
	},
	{
		view: 'overview',
		columns: ['protocol', 'remote_ip', 'remote_port', 'count', 'errors', 'max_latency', 'sent', 'received'],
		sent: [
			...calls(2, { endpoint: client, latency: 7 * MS, requestSize: 10, responseSize: 20 }),
			...calls(1, { endpoint: { ...client, remotePort: 80 }, status: 502 }),
			...calls(5, {}),
		],
		rows: [
			['http', '10.0.0.9', 443, 2, 0, 7 * MS, 20, 40],
			['http', '10.0.0.9', 80, 1, 1, 5 * MS, 100, 1000],
		],
	},
	{
		view: 'top_talkers',
		columns: ['remote_ip', 'bytes', 'count'],
		sent: [
			...calls(4, { requestSize: 1, responseSize: 2 }),
			...calls(1, { endpoint: { remoteIp: '10.0.0.8' }, requestSize: 500, responseSize: 70 }),
		],
		rows: [
			['10.0.0.8', 570, 1],
			['127.0.0.2', 12, 4],
		],
	},
	{
		view: 'retries',
		columns: ['url', 'attempts', 'failures', 'first_status', 'last_status'],
		sent: [
			exchange({ target: '/pay', status: 503 }),
			...calls(3, { target: '/cart' }),
			exchange({ at: SECOND, target: '/pay', status: 503 }),
			exchange({ at: 2 * SECOND, target: '/pay' }),
			// So late that it is no retry.
			exchange({ at: 60 * SECOND, target: '/pay', status: 503 }),
		],
		rows: [['http://shop/pay', 3, 2, 503, 200]],
	},
	{
		view: 'status_codes',
		columns: ['status', 'count', 'p50_latency'],
		sent: [...calls(2, { status: 404 }), ...calls(3, { status: 200, latency: MS })],
		rows: [
			[200, 3, MS],
			[404, 2, 5 * MS],
		],
	},
	{
		view: 'latency_hist',
		columns: ['from', 'count'],
		sent: [...calls(2, { latency: 3 * MS }), ...calls(1, { latency: 70 * MS })],
		rows: [
			[2 * MS, 2],
			[50 * MS, 1],
		],
	},
	{
		view: 'slo threshold=50ms, target=90%',
		columns: ['count', 'good', 'attained', 'budget_left', 'met'],
		sent: [...calls(8, {}), ...calls(1, { latency: 51 * MS }), ...calls(1, { status: 500 })],
		rows: [[10, 8, 0.8, -1, false]],
	},
	{
		view: 'apdex threshold=10ms by route',
		columns: ['route', 'count', 'satisfied', 'tolerating', 'apdex'],
		sent: [
			...calls(2, { target: '/a' }),
			...calls(1, { target: '/a', latency: 40 * MS }),
			...calls(1, { target: '/a', status: 500 }),
			...calls(1, { target: '/b' }),
		],
		rows: [
			['/a', 4, 2, 1, 0.625],
			['/b', 1, 1, 0, 1],
		],
	},
	{
		view: 'new_connections',
		columns: ['remote_ip', 'opened', 'connections', 'exchanges', 'exchanges_per_connection', 'max_connect_time'],
		sent: [
			...calls(3, { endpoint: { ...client, conn: 'a', connectTime: 2 * MS } }),
			...calls(1, { endpoint: { ...client, conn: 'b' } }),
		],
		rows: [['10.0.0.9', 1, 2, 4, 2, 2 * MS]],
	},
	{
		view: 'unanswered',
		columns: ['server_port', 'count', 'outcomes', 'longest'],
		sent: [
			...calls(2, { status: null, outcome: 'reset' }),
			...calls(1, { status: null, outcome: 'waiting', latency: 9 * SECOND }),
			...calls(5, {}),
		],
		rows: [
			[
				8080,
				3,
				[
					{ value: 'reset', count: 2 },
					{ value: 'waiting', count: 1 },
				],
				9 * SECOND,
			],
		],
	},
	{
		view: 'red 10s',
		columns: ['route', 'rate', 'errors', 'p50_latency'],
		sent: [...calls(3, { target: '/a' }), ...calls(1, { target: '/a', status: 500 }), ...calls(1, { target: '/b' })],
		rows: [
			['/a', 0.4, 0.25, 5 * MS],
			['/b', 0.1, 0, 5 * MS],
		],
	},
	{
		view: 'breakdown',
		columns: ['side', 'route', 'count', 'latency', 'internal', 'remote'],
		sent: [...calls(2, { target: '/a' }), ...calls(1, { target: '/b', latency: SECOND })],
		rows: [
			['server', '/b', 1, SECOND, SECOND, null],
			['server', '/a', 2, 5 * MS, 5 * MS, null],
		],
	},
	{
		view: 'endpoints',
		columns: ['method', 'route', 'count', 'clients', 'avg_resp_size'],
		sent: [
			...calls(2, { target: '/item/1', responseSize: 10 }),
			...calls(1, { target: '/item/2', responseSize: 40, endpoint: { remoteIp: '127.0.0.3' } }),
			...calls(1, { method: 'POST', target: '/item' }),
		],
		rows: [
			['GET', '/item/:id', 3, 2, 20],
			['POST', '/item', 1, 1, 1000],
		],
	},
	{
		view: 'clients',
		columns: ['client_ip', 'count', 'errors', 'routes'],
		sent: [
			...calls(1, { endpoint: { remoteIp: '127.0.0.3' }, status: 500 }),
			...calls(2, { target: '/a' }),
			...calls(1, { target: '/b' }),
		],
		rows: [
			['127.0.0.2', 3, 0, 2],
			['127.0.0.3', 1, 1, 1],
		],
	},
	{
		view: 'slow',
		columns: ['remote_ip', 'count', 'max_latency'],
		sent: [...calls(2, {}), ...calls(1, { latency: SECOND, endpoint: { remoteIp: '10.0.0.8' } })],
		rows: [
			['10.0.0.8', 1, SECOND],
			['127.0.0.2', 2, 5 * MS],
		],
	},
	{
		view: 'bigreq',
		columns: ['remote_ip', 'count', 'total', 'max_req_size'],
		sent: [...calls(2, { requestSize: 7 }), ...calls(1, { requestSize: 9, endpoint: { remoteIp: '10.0.0.8' } })],
		rows: [
			['10.0.0.8', 1, 9, 9],
			['127.0.0.2', 2, 14, 7],
		],
	},
	{
		view: 'bigresp',
		columns: ['remote_ip', 'count', 'total', 'max_resp_size'],
		sent: [...calls(2, { responseSize: 7 }), ...calls(1, { responseSize: 9, endpoint: { remoteIp: '10.0.0.8' } })],
		rows: [
			['10.0.0.8', 1, 9, 9],
			['127.0.0.2', 2, 14, 7],
		],
	},
	{
		view: 'hist resp_size',
		columns: ['from', 'count'],
		sent: [...calls(2, { responseSize: 1500 }), ...calls(1, { responseSize: 20 })],
		rows: [
			[20, 1],
			[1000, 2],
		],
	},
	{
		view: 'rate resp_size 2s',
		columns: ['rate'],
		sent: calls(2, { responseSize: 30 }),
		rows: [[15], [15]],
	},
	{
		view: 'map',
		columns: ['client', 'server', 'count', 'errors', 'p99'],
		sent: [
			// A call within the host is seen twice and counted once; of another host's only one end is.
			...[true, false].flatMap((failed) => [
				exchange({
					comm: 'shop',
					status: failed ? 500 : 200,
					peerOwner: { pid: 7, started: 1n, comm: 'bot', exe: null },
				}),
				exchange({
					comm: 'bot',
					latency: 9 * MS,
					status: failed ? 500 : 200,
					endpoint: client,
					peerOwner: { pid: 42, started: 1n, comm: 'shop', exe: null },
				}),
			]),
			...calls(1, { endpoint: client }),
			...calls(3, {}),
			// Of a packet capture.
			exchange({ endpoint: client, pid: null }),
			exchange({ pid: null }),
		],
		rows: [
			['bot', 'shop', 2, 1, 9 * MS],
			['nginx', '10.0.0.9:443', 1, 0, 5 * MS],
			['127.0.0.2', 'nginx', 3, 0, 5 * MS],
			['10.0.0.1', '10.0.0.9:443', 1, 0, 5 * MS],
			['127.0.0.2', '127.0.0.1:8080', 1, 0, 5 * MS],
		],
	},
];

describe('each view of the library', () => {
	for (const { view, columns, sent, rows } of CASES)
		it(view, async () => {
			const ran = await run(`watch http | ${view}`, sent);
			assert.deepEqual(rowsOf(ran, ...columns), rows);
		});

	it('is among them', () => {
		const tested = new Set(CASES.map(({ view }) => /^\w+/.exec(view)?.[0]));
		assert.deepEqual(
			viewNames().filter((name) => !tested.has(name)),
			[],
		);
	});

	for (const { name, doc, examples } of viewEntries())
		it(`${name} is documented, and its examples are right`, async () => {
			assert.match(doc, /^[A-Z].+\.$/);
			assert.ok(examples.length > 0);
			for (const example of examples) assert.deepEqual(codesOf((await compile(example)).diagnostics), [], example);
		});
});
