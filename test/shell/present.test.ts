import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RecordingWriter } from '../../engine/capture/recording-writer.ts';
import * as events from '../support/events.ts';
import { jsonLines } from '../support/tool.ts';
import { type Ended, run } from './program.ts';

/* conns and pending: what is true at a moment, of a recording that ends while things are under way. */

let folder: string;
const SECOND = 1e9;
const head = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const LONG = 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789';
const EVENTS = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

/** A request at `at` seconds, and what of its answer comes half a second later. */
const talk = (cookie: number, at: number, path: string, answer: string): Buffer[] => {
	const [asked, answered] = [at * SECOND, (at + 0.5) * SECOND];
	const end = { cookie, role: 'server', local: '10.0.0.1', localPort: 80, remote: '10.0.0.2' } as const;
	return [
		events.open({ ...end, time: asked, remotePort: 4000 + cookie, established: asked, tgid: cookie }),
		events.data({ cookie, tgid: cookie, time: asked, direction: 'in', pos: events.CLIENT_POS, bytes: head(path) }),
		...(answer === ''
			? []
			: [
					events.data({
						cookie,
						tgid: cookie,
						time: answered,
						direction: 'out',
						pos: events.SERVER_POS,
						bytes: answer,
					}),
				]),
	];
};

/** Four requests a second apart: one answered and closed at 3 s, one that waits, one half way, one that streams. */
function writeRecording(path: string): void {
	const records = [
		events.process({ tgid: 1, started: 1, comm: 'shop', exe: 'shop' }),
		...talk(1, 0, '/answered', OK),
		...talk(2, 1, '/waits', ''),
		...talk(3, 2, '/long', LONG),
		events.state({ time: 3 * SECOND, cookie: 1, newState: 8 }),
		events.close(3 * SECOND, 1, 0, { rtt: 40_000, retransmits: 1 }),
		...talk(4, 3, '/events', `${EVENTS}6\r\ndata: \r\n`),
		events.counts(4 * SECOND, { rtt: 250_000, retransmits: 0 }, 3),
		events.counts(5 * SECOND, { rtt: 300_000, retransmits: 2 }, 3),
		events.counts(5 * SECOND, { rtt: 0, retransmits: 0 }, 4),
		events.tick(10 * SECOND),
		events.end(10 * SECOND),
	];
	const writer = new RecordingWriter(path, events.captureInfo(), (error) => {
		throw error;
	});
	for (const record of records) writer.write(record, record.length);
	writer.close();
}

before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-present-'));
	writeRecording(join(folder, 'r.ciqrec'));
});
after(() => rmSync(folder, { recursive: true }));

const query = (text: string, ...flags: string[]): Ended =>
	run(['--from', 'r.ciqrec', '-e', text, ...flags], { cwd: folder });

function rows(text: string): Record<string, unknown>[] {
	const { status, stdout, stderr } = query(text);
	assert.equal(status, 0, stderr);
	return jsonLines(stdout);
}

const values = (text: string): unknown[][] => rows(text).map((row) => Object.values(row));

test('pending: what waits, what is half way and what streams, with status and age, and nothing that is over', () =>
	assert.deepEqual(values('pending | select path, outcome, status, age'), [
		['/waits', 'waiting', null, 9000],
		['/long', 'waiting', 200, 8000],
		['/events', 'waiting', 200, 7000],
	]));

test('pending: the bytes so far', () => {
	const [[waits], [long], [events]] = values('pending | select resp_size');
	assert.deepEqual([waits, long], [null, LONG.length]);
	assert.ok(Number(events) >= EVENTS.length, `${events}`);
});

for (const [text, expected] of [
	['pending | where age > 7500ms | select path', [['/waits'], ['/long']]],
	['pending where age > 7500ms | select path', [['/waits'], ['/long']]],
	[
		'pending http | stat count(), max(age) by status',
		[
			[null, 1, 9000],
			[200, 2, 8000],
		],
	],
	['pending websocket | select path', []],
	['conns | stat count() by state', [['ESTABLISHED', 3]]],
	[
		'conns where remote_port == 4003 | select protocol, bytes_received, bytes_sent, pid, side, close_reason',
		[['http', head('/long').length, LONG.length, 3, 'server', null]],
	],
	[
		'conns | select remote_port, age',
		[
			[4002, 9000],
			[4003, 8000],
			[4004, 7000],
		],
	],
	[
		'conns | select remote_port, rtt, retransmits',
		[
			[4002, null, null],
			[4003, 0.3, 2],
			[4004, null, 0],
		],
	],
	['conns --follow where event == "close" | select rtt, retransmits', [[0.04, 1]]],
	['conns where age > 7500ms | stat count()', [[2]]],
	['conns where state == "CLOSED"', []],
	[
		'conns --follow | select event, remote_port, close_reason',
		[
			['open', 4001, null],
			['open', 4002, null],
			['open', 4003, null],
			['close', 4001, 'remote close'],
			['open', 4004, null],
		],
	],
	['conns where event == "close" --follow | select comm, state, age', [['shop', 'CLOSED', 3000]]],
	[
		'conns --follow | stat count() by event',
		[
			['open', 4],
			['close', 1],
		],
	],
	['conns --follow | until 2500ms | stat count()', [[3]]],
	['conns --follow | head 2 | select remote_port', [[4001], [4002]]],
	['conns | head 1 | select remote_port', [[4002]]],
	['conns | diff { conns where remote_port == 4002 } by side', [['server', 3, 1, -2 / 3]]],
] satisfies [string, unknown[][]][])
	test(text, () => assert.deepEqual(values(text), expected));

test('processes and ports of connections tell metrics apart, and are none', () => {
	const text = query(
		'conns where remote_port == 4003 | select side, server_port, remote_port, pid, retransmits | to prom',
	);
	const labels = 'side="server",server_port="80",remote_port="4003",pid="3"';
	assert.equal(text.stdout, `# TYPE claudeinsight_retransmits gauge\nclaudeinsight_retransmits{${labels}} 2\n`);
	const metrics = /claudeinsight\.\w+/g;
	const whole = query('conns | to otlp').stdout.match(metrics);
	const kinds = ['age', 'bytes_received', 'bytes_sent', 'retransmits', 'rtt'].map((name) => `claudeinsight.${name}`);
	assert.deepEqual([...new Set(whole)].sort(), kinds);
});

test('a log tells of no connections: conns and pending refuse it rather than show nothing', () => {
	writeFileSync(join(folder, 'log.ndjson'), query('watch').stdout);
	for (const operator of [
		'conns',
		'pending',
		'conns --follow',
		'watch | select comm | union { conns --follow | select comm }',
	]) {
		const { status, stdout, stderr } = run(['--from', 'log.ndjson', '-e', operator], { cwd: folder });
		assert.equal(stdout, '');
		assert.notEqual(status, 0);
		assert.match(stderr, /log\.ndjson holds exchanges, no connections: /);
	}
});

/** The columns of a table. */
const columnsOf = (text: string): string[] | undefined =>
	run(['--from', 'r.ciqrec', '-e', `${text} | to table`], { cwd: folder, env: { ...process.env, COLUMNS: '200' } })
		.stdout.split('\n')
		.find((line) => line.startsWith('ts '))
		?.trim()
		.split(/ +/);

test('pending of all protocols: a table leaves out what none of its rows tells', () => {
	const http = ['method', 'path', 'status'];
	const common = ['ts', 'protocol', 'side', 'comm', 'remote_ip'];
	const sizes = ['req_size', 'resp_size'];
	assert.deepEqual(columnsOf('pending'), [...common, ...http, ...sizes, 'age']);
	assert.deepEqual(columnsOf('pending | where path == "/none"'), [...common, 'status', ...sizes, 'age']);
	assert.deepEqual(columnsOf('pending http | where path == "/none"'), [
		...common.filter((name) => name !== 'protocol'),
		...http,
		...sizes,
		'age',
	]);
	assert.deepEqual(columnsOf('pending | extend x = opcode'), [...common, ...http, ...sizes, 'age', 'x']);
});
