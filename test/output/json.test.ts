import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Value } from '../../engine/exchange/field.ts';
import { jsonSink } from '../../engine/output/json.ts';
import type { Row, Schema } from '../../engine/query/signal.ts';
import fc from '../support/property.ts';
import { exchange, GET, INFO } from './exchange.ts';
import { paper } from './paper.ts';
import { columns, WINDOW } from './slow-table.ts';

const EXCHANGES: Schema = { exchanges: true, columns: [] };

function written(schema: Schema, rows: readonly Row[]): string {
	const sheet = paper();
	const sink = jsonSink({ printer: sheet, schema, info: INFO });
	sink.take({ kind: 'rows', rows });
	sink.end();
	assert.ok(sheet.written.length <= 1, 'one write for each batch');
	return sheet.written.join('');
}

/** One member a line, to be read by people: the lines are joined before they are compared. */
const DOCUMENT = String.raw`
{"start_time":"2026-01-02T03:04:05.122456790Z",
"end_time":"2026-01-02T03:04:05.423691357Z",
"protocol":"HTTP",
"side":"server",
"local_addr":"127.0.0.1",
"local_port":8080,
"remote_addr":"127.0.0.2",
"remote_port":40000,
"pid":4242,
"is_ssl":false,
"total_duration_ms":301.234567,
"black_box_duration_ms":301.234567,
"read_socket_duration_ms":null,
"copy_to_socket_buffer_duration_ms":null,
"req_size_bytes":54,
"resp_size_bytes":82,
"req_plain_text_size_bytes":54,
"resp_plain_text_size_bytes":82,
"request":"GET /api/items?page=2 HTTP/1.1\r\nHost: shop.example\r\n\r\n",
"response":"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}",
"req_syscall_events":[],
"resp_syscall_events":[],
"req_nic_events":[],
"resp_nic_events":[],
"id":"c1.7",
"conn":"c1","transport":"tcp",
"comm":"nginx","remote_comm":null,
"outcome":"ok",
"error":null,
"answered":true,
"failed":false,
"truncated":false,
"stages":[],
"schema_version":2,
"http":{"method":"GET","path":"/api/items","route":"/api/items","url":"http://shop.example/api/items?page=2",
"scheme":"http","query_params":{"page":"2"},"host":"shop.example","version":"1.1","status":200,"reason":"OK",
"content_type":"application/json","content_encoding":null,"content_length":11,"user_agent":null,"cookies":null,"set_cookies":null,"request_id":null,"trace_id":null,
"span_id":null,"anomalies":null}}`;

test('a whole exchange is the JSON document, byte for byte', () => {
	assert.equal(written(EXCHANGES, [GET]), `${DOCUMENT.replaceAll('\n', '')}\n`);
});

test('an exchange without an answer', () => {
	const unanswered = exchange({ request: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', took: 2e9 });
	const { response, resp_size_bytes, outcome, answered, failed, total_duration_ms, black_box_duration_ms } = JSON.parse(
		written(EXCHANGES, [unanswered]),
	);
	assert.deepEqual(
		{ response, resp_size_bytes, outcome, answered, failed, total_duration_ms, black_box_duration_ms },
		{
			response: null,
			resp_size_bytes: null,
			outcome: 'reset',
			answered: false,
			failed: true,
			total_duration_ms: 2000,
			black_box_duration_ms: null,
		},
	);
});

test('bodies are UTF-8 where they are, else a character for each byte; nothing reaches a terminal raw', () => {
	const answer = (body: Uint8Array) =>
		exchange({
			request: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
			response: Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]),
		});
	const text = written(EXCHANGES, [answer(Buffer.from('ü\u202e\x1b[2J')), answer(Buffer.from([0xff, 0x9b, 0x41]))]);
	const lines = text.trimEnd().split('\n');
	for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
	const bodies = lines.map((line) => JSON.parse(line).response.split('\r\n\r\n')[1]);
	assert.deepEqual(bodies, ['ü\u202e\x1b[2J', '\xff\x9bA']);
});

test('a body is in the character set that its message declares', () => {
	const answer = exchange({
		request: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
		response: Buffer.from(
			'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=koi8-r\r\nContent-Length: 2\r\n\r\n\xc4\xc1',
			'latin1',
		),
	});
	assert.equal(JSON.parse(written(EXCHANGES, [answer])).response.split('\r\n\r\n')[1], '\u0434\u0430');
});

test('projected columns print as written: durations in ms, sizes in bytes, times in RFC 3339', () => {
	const schema: Schema = {
		exchanges: false,
		columns: columns(
			['ts', 'time'],
			['latency', 'duration'],
			['size', 'size'],
			['ratio', 'float'],
			['names', 'list'],
			['headers', 'map'],
			['__proto__', 'string'],
			['none', 'duration'],
		),
	};
	const row: Value[] = [1.5e9, 301_234_567, 1234, Number.NaN, ['a', null], { a: 'b' }, 'x', null];
	assert.equal(
		written(schema, [row]),
		'{"ts":"2026-01-02T03:04:06.500000001Z","latency":301.234567,"size":1234,"ratio":null,"names":["a",null],' +
			'"headers":{"a":"b"},"__proto__":"x","none":null}\n',
	);
});

test('a column that is a whole exchange is the document', () => {
	const schema: Schema = { exchanges: false, columns: columns(['worst', 'record']) };
	assert.equal(written(schema, [[GET]]), `{"worst":${DOCUMENT.replaceAll('\n', '')}}\n`);
});

test('a record with the names of an exchange stays a record', () => {
	const schema: Schema = { exchanges: false, columns: columns(['body', 'any']) };
	const row = { request: { head: 'x' }, response: null, endpoint: {}, outcome: 'ok' };
	assert.equal(written(schema, [[row]]), `{"body":${JSON.stringify(row)}}\n`);
});

test('a table prints when it is final, its window in its columns', () => {
	const sheet = paper();
	const schema: Schema = { exchanges: false, columns: columns(['window_start', 'time'], ['count', 'int']) };
	const sink = jsonSink({ printer: sheet, schema, info: INFO });
	sink.take({ kind: 'table', rows: [[0, 1]], window: WINDOW, final: false });
	assert.deepEqual(sheet.written, []);
	sink.take({ kind: 'table', rows: [[0, 2]], window: WINDOW, final: true });
	sink.take({ kind: 'time', now: 1 });
	assert.deepEqual(sheet.written, ['{"window_start":"2026-01-02T03:04:05.000000001Z","count":2}\n']);
});

test('every line is one JSON object, whatever the bytes', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), fc.string({ unit: 'binary' }), (body, text) => {
			const schema: Schema = { exchanges: false, columns: columns([text, 'string'], ['e', 'record']) };
			const one = exchange({
				request: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
				response: Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body]),
			});
			const lines = written(schema, [[text, one]]).split('\n');
			assert.equal(lines.length, 2);
			assert.equal(JSON.parse(lines[0]).e.protocol, 'HTTP');
		}),
	);
});

test('what extend adds to whole exchanges stands behind the document, or in place of its member', () => {
	const extended = columns(['twice', 'duration'], ['comm', 'string'], ['__proto__', 'int']);
	const values: readonly Value[] = [2_000_000, 'other', 7];
	const schema: Schema = {
		exchanges: true,
		columns: [],
		extended: extended.map((column, i) => ({ ...column, get: () => values[i] })),
	};
	const line = written(schema, [GET]);
	assert.match(line, /,"twice":2,"comm":"other","__proto__":7\}\n$/);
	assert.equal(line.split('"comm":').length, 2);
	assert.equal(JSON.parse(line).twice, 2);
});
