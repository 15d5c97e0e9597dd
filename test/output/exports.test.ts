import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tableFromIPC } from '@uwdata/flechette';
import { newCompleteness } from '../../engine/completeness.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { arrowSink } from '../../engine/output/arrow.ts';
import { dotSink } from '../../engine/output/dot.ts';
import { harSink } from '../../engine/output/har.ts';
import { mermaidSink } from '../../engine/output/mermaid.ts';
import { attributesOf } from '../../engine/output/otlp-attributes.ts';
import { otlpSpans } from '../../engine/output/otlp-spans.ts';
import { promSink } from '../../engine/output/prom.ts';
import type { MakeSink } from '../../engine/output/sink.ts';
import type { Row, Schema } from '../../engine/query/signal.ts';
import { pcap } from '../capture/pcap/files.ts';
import { Talk } from '../capture/pcap/talk.ts';
import { MAIN, run } from '../shell/program.ts';
import { exchange, INFO } from './exchange.ts';
import { paper } from './paper.ts';
import { columns } from './slow-table.ts';

const SHOP = join(import.meta.dirname, '..', '..', 'examples', 'shop.ciqrec');
let folder: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-exports-'));
});
after(() => rmSync(folder, { recursive: true }));

/** What a query on the example recording writes. */
function query(text: string): string {
	const { status, stdout, stderr } = run(['-e', text, '--from', SHOP]);
	assert.equal(status, 0, stderr);
	return stdout;
}

function drawn(make: MakeSink, schema: Schema, rows: readonly Row[]): string {
	const sheet = paper();
	const sink = make({ printer: sheet, schema, info: INFO });
	sink.take({ kind: 'table', rows, window: null, final: true });
	sink.end();
	return sheet.written.join('');
}

const MAP: Schema = {
	exchanges: false,
	columns: columns(
		['client', 'string'],
		['server', 'string'],
		['count', 'int'],
		['errors', 'int'],
		['p99', 'duration'],
	),
};
const CALLS: readonly Row[] = [
	['curl', 'shop', 3, 0, 1_500_000],
	['curl', 'say "x"\\|<b>', 1, 1, null],
	[null, '10.0.0.2:80', 2, 0, null],
];

describe('a service map', () => {
	it('as Mermaid: names cannot end their quotes', () =>
		assert.equal(
			drawn(mermaidSink, MAP, CALLS),
			[
				'flowchart LR',
				'  n0["curl"]',
				'  n1["shop"]',
				'  n2["say #34;x#34;#92;|#60;b#62;"]',
				'  n3["-"]',
				'  n4["10.0.0.2:80"]',
				'  n0 -->|"count 3, errors 0, p99 1.5ms"| n1',
				'  n0 -->|"count 1, errors 1"| n2',
				'  n3 -->|"count 2, errors 0"| n4',
				'  linkStyle 1 stroke:red',
				'',
			].join('\n'),
		));

	it('as Mermaid: windows are parts of one flowchart, and of nothing there is an empty one', () => {
		const sheet = paper();
		const sink = mermaidSink({ printer: sheet, schema: MAP, info: INFO });
		for (const start of [0, 1e9])
			sink.take({ kind: 'table', rows: CALLS.slice(1), window: { start, end: start + 1e9 }, final: true });
		sink.end();
		const times = [0, 1e9].map((time) => wallClock(INFO).timeOfDay(time));
		assert.equal(
			sheet.written.join(''),
			[
				'flowchart LR',
				...[0, 1].flatMap((w) => [
					`  subgraph w${w}["${times[w]}"]`,
					`    n${4 * w}["curl"]`,
					`    n${4 * w + 1}["say #34;x#34;#92;|#60;b#62;"]`,
					`    n${4 * w + 2}["-"]`,
					`    n${4 * w + 3}["10.0.0.2:80"]`,
					`    n${4 * w} -->|"count 1, errors 1"| n${4 * w + 1}`,
					`    n${4 * w + 2} -->|"count 2, errors 0"| n${4 * w + 3}`,
					'  end',
					`  linkStyle ${2 * w} stroke:red`,
				]),
				'',
			].join('\n'),
		);
		const nothing = paper();
		mermaidSink({ printer: nothing, schema: MAP, info: INFO }).end();
		assert.deepEqual(nothing.written, ['flowchart LR\n']);
	});

	it('of a stream is drawn at its end, also where it has one row only', () => {
		const sheet = paper();
		const sink = mermaidSink({ printer: sheet, schema: MAP, info: INFO });
		sink.take({ kind: 'rows', rows: CALLS.slice(0, 1) });
		assert.deepEqual(sheet.written, []);
		sink.end();
		assert.match(sheet.written.join(''), /n0 -->\|"count 3, errors 0, p99 1.5ms"\| n1/);
	});

	it('as dot', () =>
		assert.equal(
			drawn(dotSink, MAP, CALLS),
			[
				'digraph services {',
				'  rankdir=LR;',
				'  node [shape=box];',
				'  "curl" -> "shop" [label="count 3, errors 0, p99 1.5ms"];',
				'  "curl" -> "say \\"x\\"\\\\|<b>" [label="count 1, errors 1", color=red];',
				'  "-" -> "10.0.0.2:80" [label="count 2, errors 0"];',
				'}',
				'',
			].join('\n'),
		));

	it('of the example: every pair that the table has', () => {
		const pairs = query('watch http | map | select client, server').trim().split('\n').length;
		assert.equal(query('watch http | map | to dot').match(/ -> /g)?.length, pairs);
		assert.equal(query('watch http | map | to mermaid').match(/ -->\|/g)?.length, pairs);
	});
});

describe('Prometheus', () => {
	/** https://prometheus.io/docs/instrumenting/exposition_formats: a sample of the text format. */
	const SAMPLE = /^([A-Za-z_:][\w:]*)(?:\{((?:[A-Za-z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[\d.]+(?:e[+-]?\d+)?)$/;

	it('has a gauge for each number, keys as labels, base units', () => {
		const lines = query(
			'watch http where side == "server" | stat n = count(), p99(latency), total = sum(resp_size) by route, status | to prom',
		)
			.trim()
			.split('\n');
		const samples = lines.filter((line) => !line.startsWith('#')).map((line) => SAMPLE.exec(line));
		assert.ok(samples.length > 20 && !samples.includes(null));
		assert.deepEqual(
			lines.filter((line) => line.startsWith('#')),
			['n', 'p99_latency_seconds', 'total_bytes'].map((name) => `# TYPE claudeinsight_${name} gauge`),
		);
		const search = samples.find((sample) =>
			sample?.[0].includes('p99_latency_seconds{route="/api/search",status="200"'),
		);
		assert.match(search?.[3] ?? '', /^0\.30\d+$/);
	});

	it('escapes labels, and refuses two rows that it could not tell apart', () => {
		const schema: Schema = { exchanges: false, columns: columns(['a b', 'string'], ['n', 'int']) };
		assert.equal(
			drawn(promSink, schema, [['x"\\', 1]]),
			'# TYPE claudeinsight_n gauge\nclaudeinsight_n{a_b="x\\"\\\\"} 1\n',
		);
		const alike = ['\x1b', '\\x1b', '\\\x1b', '\\\\x1b', '\\', '\\\\', '\n', '\\n', '\u202e', '\\u202e'];
		const series = drawn(promSink, schema, alike.map((text, n) => [text, n])).match(/^claudeinsight_n\{.*\}/gm); // biome-ignore format: rows
		assert.equal(new Set(series).size, alike.length);
		assert.throws(() => drawn(promSink, schema, [['x', 1], ['x', 2]]), /two rows have the labels \{a_b="x"\}/); // biome-ignore format: rows
	});

	it('knows the keys of a table behind further stages', () => {
		const keyed = query('stat http n = count() by status | where n > 10 | select code = status, n | sort n | to prom');
		assert.match(keyed, /^claudeinsight_n\{code="200"\} \d+$/m);
	});

	it('labels are exact: of times, of durations, of lists, of long texts', () => {
		const long = 'x'.repeat(1200);
		const schema: Schema = {
			exchanges: false,
			columns: columns(['t', 'time'], ['d', 'duration'], ['l', 'list'], ['s', 'string'], ['n', 'int']).map(
				(column, at) => (at < 4 ? { ...column, key: true } : column),
			),
		};
		const rows = [0, 86_400e9].map((later, at) => [later, 1_234_567_890, ['a', at], long, at]);
		assert.equal(
			drawn(promSink, schema, rows),
			`# TYPE claudeinsight_n gauge\n${['2026-01-02', '2026-01-03'].map((day, at) => `claudeinsight_n{t="${day}T03:04:05.000000001Z",d="1.23456789",l="[\\"a\\",${at}]",s="${long}"} ${at}\n`).join('')}`,
		);
	});

	it('has names that the format allows', () => {
		const schema: Schema = { exchanges: false, columns: columns(['1st', 'string'], ['__x', 'string'], ['n', 'int']) };
		assert.match(drawn(promSink, schema, [['a', 'b', 1]]), /^claudeinsight_n\{_1st="a",_x="b"\} 1$/m);
	});

	it('is of the last window only', () => {
		const text = query('stat http n = count() by path 1s | to prom');
		assert.equal(text.match(/# TYPE/g)?.length, 1);
	});
});

describe('HAR', () => {
	it('has an entry for each exchange, with bodies, as HAR 1.2 demands', () => {
		const { log } = JSON.parse(query('watch http where side == "server" | to har'));
		assert.deepEqual([log.version, log.creator.name, log.entries.length], ['1.2', 'claudeinsight', 141]);
		const names = ['startedDateTime', 'time', 'request', 'response', 'cache', 'timings'];
		for (const entry of log.entries) {
			for (const name of names) assert.ok(name in entry, name);
			const { send, wait, receive } = entry.timings;
			assert.ok(Math.abs(send + wait + receive - entry.time) < 1e-6);
			for (const message of [entry.request, entry.response]) {
				for (const name of ['httpVersion', 'cookies', 'headers', 'headersSize', 'bodySize'])
					assert.ok(name in message, name);
			}
		}
		const search = log.entries.find((entry: { request: { url: string } }) => entry.request.url.includes('/api/search'));
		assert.deepEqual(search.request.queryString, [{ name: 'q', value: 'teapot' }]);
		assert.match(search.response.content.text, /Teapot no\. 0/);
		assert.equal(search.response.content.mimeType, 'application/json');
	});

	const har = (request: string, response: string) => {
		const sheet = paper();
		const sink = harSink({ printer: sheet, schema: { exchanges: true, columns: [] }, info: INFO });
		sink.take({ kind: 'rows', rows: [exchange({ request, response })] });
		sink.end();
		return JSON.parse(sheet.written.join('')).log.entries[0];
	};

	it('has the version of each message, and all cookies of a name', () => {
		const { request, response } = har(
			'GET / HTTP/1.1\r\nHost: x\r\nCookie: a=b; a=c; __proto__=1\r\n\r\n',
			'HTTP/1.0 200 OK\r\nSet-Cookie: s=1; Path=/\r\nset-cookie: s=2\r\nContent-Length: 0\r\n\r\n',
		);
		assert.deepEqual([request.httpVersion, response.httpVersion], ['HTTP/1.1', 'HTTP/1.0']);
		const named = (pairs: readonly { name: string; value: string }[]) => pairs.map(({ name, value }) => [name, value]);
		assert.deepEqual(named(request.cookies), [['a', 'b'], ['a', 'c'], ['__proto__', '1']]); // biome-ignore format: pairs
		assert.deepEqual(named(response.cookies), [['s', '1'], ['s', '2']]); // biome-ignore format: pairs
	});

	it('the time is the sum of the timings, also when the answer is early', () => {
		const early = new Talk({ step: 50_000_000n }).handshake();
		early.send('client', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\na');
		early.send('server', 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n').send('client', 'b');
		const path = join(folder, 'early.pcap');
		writeFileSync(path, pcap(early.packets));
		const { stdout } = run(['-e', 'watch http | to har', '--from', path]);
		const { time, timings } = JSON.parse(stdout).log.entries[0];
		assert.ok(timings.send > 50);
		assert.equal(time, timings.send + timings.wait + timings.receive);
	});

	it('of nothing is a whole document, too', () =>
		assert.deepEqual(JSON.parse(query('watch http where path == "/none" | to har')).log.entries, []));
});

describe('Arrow', () => {
	const read = (path: string) => tableFromIPC(readFileSync(path), { useBigInt: true });

	it('has typed columns, exact to the nanosecond', () => {
		const path = join(folder, 'x.arrows');
		query(`watch http | select ts, route, status, latency, failed, headers = req.headers | to arrow "${path}"`);
		assert.equal(statSync(path).mode & 0o777, 0o600);
		const table = read(path);
		assert.equal(table.numRows, 282);
		const [first] = query('watch http | head 1 | select ts, route, latency').trim().split('\n').map((line) => JSON.parse(line)); // biome-ignore format: one
		const row = table.at(0) as Record<string, unknown>;
		assert.equal(row.route, first.route);
		assert.equal(row.status, 200n);
		assert.equal(Number(row.latency) / 1e6, first.latency);
		const raw = table.getChild('ts').data[0].values[0] as bigint;
		assert.equal(
			`${new Date(Number(raw / 1_000_000_000n) * 1000).toISOString().slice(0, 19)}.${String(raw % 1_000_000_000n).padStart(9, '0')}Z`,
			first.ts,
		);
		assert.equal(JSON.parse(String(row.headers)).host, 'shop.example');
	});

	it('of many rows is one stream of several batches', () => {
		const parts: Uint8Array[] = [];
		const printer = { ...paper(), printBytes: (bytes: Uint8Array) => void parts.push(bytes.slice()) };
		const schema: Schema = { exchanges: false, columns: columns(['n', 'int'], ['text', 'string']) };
		const sink = arrowSink({ printer, schema, info: INFO });
		const rows = Array.from({ length: 40_000 }, (_, n) => [n, n % 7 === 0 ? null : `row ${n}`]);
		for (let at = 0; at < rows.length; at += 1000) sink.take({ kind: 'rows', rows: rows.slice(at, at + 1000) });
		sink.end();
		const table = tableFromIPC(Buffer.concat(parts));
		assert.equal(table.numRows, rows.length);
		assert.equal(table.getChild('n').data.length, 3);
		// The names of the columns stand in the schema, which comes once.
		assert.equal(Buffer.concat(parts).toString('latin1').split('text').length, 2);
		for (const at of [0, 16_383, 16_384, 39_999]) assert.deepEqual(Object.values(table.at(at) ?? {}), rows[at]);
	});

	it('what 64 bits do not hold is missing, and no other number', () => {
		const parts: Uint8Array[] = [];
		const printer = { ...paper(), printBytes: (bytes: Uint8Array) => void parts.push(bytes.slice()) };
		const schema: Schema = { exchanges: false, columns: columns(['i', 'int'], ['d', 'duration'], ['t', 'time']) };
		const completeness = newCompleteness();
		const sink = arrowSink({ printer, schema, info: INFO, completeness });
		const values = [2 ** 62, -(2 ** 63), 2 ** 63, 1.2e19, -1e19, Number.POSITIVE_INFINITY];
		sink.take({ kind: 'rows', rows: values.map((value) => [value, value, value - Number(INFO.startWall)]) });
		sink.end();
		const table = tableFromIPC(Buffer.concat(parts), { useBigInt: true });
		const whole = [2n ** 62n, -(2n ** 63n), null, null, null, null];
		for (const name of ['i', 'd']) assert.deepEqual([...(table.getChild(name) ?? [])], whole, name);
		const times = [...(table.getChild('t') ?? [])].map((value) => value === null);
		assert.deepEqual([times[0], ...times.slice(3)], [false, true, true, true]);
		assert.equal(completeness.failedConversions, 4 + 4 + times.filter(Boolean).length);
	});

	it('what is missing is counted in the summary', () => {
		const text = `watch http | head 3 | select x = status * 9007199254740991 * 9, status | to arrow "${join(folder, 'big.arrows')}"`;
		const { status, stderr } = run(['-e', text, '--from', SHOP, '--strict']);
		assert.equal(status, 4, stderr);
		assert.match(stderr, /lost: 3 values that could not be converted\n$/);
	});

	it('of no rows tells its columns', () => {
		const path = join(folder, 'none.arrows');
		query(`watch http where path == "/none" | select path, latency | to arrow "${path}"`);
		assert.deepEqual([read(path).numRows, read(path).names], [0, ['path', 'latency']]);
	});

	it('goes into a pipe as it is, and not to a terminal', () => {
		const { stdout } = spawnSync(process.execPath, [MAIN, '-e', 'stat http count() | to arrow', '--from', SHOP]);
		assert.equal(tableFromIPC(stdout).numRows, 1);
		const schema: Schema = { exchanges: false, columns: columns(['n', 'int']) };
		assert.throws(() => arrowSink({ printer: paper(), schema, info: INFO }), /Arrow is binary/);
	});
});

describe('OTLP', () => {
	it('has a span for each exchange; both ends of one are of one trace', () => {
		const lines = query('watch http where path == "/api/search" | to otlp').trim().split('\n');
		const resources = lines.flatMap((line) => JSON.parse(line).resourceSpans);
		const spans = resources.flatMap((one) => one.scopeSpans[0].spans);
		assert.equal(spans.length, 30);
		assert.equal(new Set(spans.map(({ spanId }) => spanId)).size, 30);
		assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 15);
		for (const span of spans) {
			assert.match(span.traceId, /^[0-9a-f]{32}$/);
			assert.match(span.spanId, /^[0-9a-f]{16}$/);
			assert.match(span.startTimeUnixNano, /^\d{19}$/);
			assert.ok(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano));
			assert.equal(span.name, 'GET /api/search');
		}
		assert.deepEqual(new Set(spans.map(({ kind }) => kind)), new Set([2, 3]));
	});

	it('has the ids that a request brings, filled up, and its own for what is no id', () => {
		const spanOf = (trace: string, span: string) => {
			const request = `GET / HTTP/1.1\r\nX-B3-TraceId: ${trace}\r\nX-B3-SpanId: ${span}\r\n\r\n`;
			const spans = JSON.parse(JSON.stringify(otlpSpans([exchange({ request })], wallClock(INFO))));
			return spans.resourceSpans[0].scopeSpans[0].spans[0];
		};
		const right = spanOf('ABCDEF0123456789', '1234');
		assert.deepEqual([right.traceId, right.parentSpanId], [`${'0'.repeat(16)}abcdef0123456789`, '0000000000001234']);
		for (const [trace, span] of [['a'.repeat(33), 'b'.repeat(17)] as const, ['no id', 'none'] as const]) {
			const wrong = spanOf(trace, span);
			assert.match(wrong.traceId, /^[\da-f]{32}$/);
			assert.equal(wrong.parentSpanId, undefined);
		}
	});

	it('has gauges of a table, at the end of its window', () => {
		const [line] = query('stat http n = count(), p99(latency) by path 2s | to otlp').split('\n');
		const { metrics } = JSON.parse(line).resourceMetrics[0].scopeMetrics[0];
		assert.deepEqual(
			metrics.map(({ name, unit }: { name: string; unit: string }) => [name, unit]),
			[
				['claudeinsight.n', '1'],
				['claudeinsight.p99_latency', 's'],
			],
		);
		const [point] = metrics[0].gauge.dataPoints;
		assert.equal(point.attributes[0].key, 'path');
		assert.match(point.timeUnixNano, /000000000$/);
	});

	it('has integers that 64 bits do not hold as doubles', () =>
		assert.deepEqual(attributesOf({ a: 2e27, b: -1e19, c: 2 ** 63, d: 2 ** 62, e: 1.5, f: -3 }), [
			{ key: 'a', value: { doubleValue: 2e27 } },
			{ key: 'b', value: { doubleValue: -1e19 } },
			{ key: 'c', value: { doubleValue: 2 ** 63 } },
			{ key: 'd', value: { intValue: '4611686018427387904' } },
			{ key: 'e', value: { doubleValue: 1.5 } },
			{ key: 'f', value: { intValue: '-3' } },
		]));

	it('has keys as JSON has them', () => {
		const [line] = query('stat http n = count() by k = [bin(ts, 1h), bin(latency, 1h) + 1500us] | to otlp').split('\n');
		const [point] = JSON.parse(line).resourceMetrics[0].scopeMetrics[0].metrics[0].gauge.dataPoints;
		const values = [{ stringValue: '2026-11-22T01:00:00.000000000Z' }, { doubleValue: 1.5 }];
		assert.deepEqual(point.attributes, [{ key: 'k', value: { arrayValue: { values } } }]);
	});
});

describe('a format that the rows do not fit', () => {
	const cases: readonly (readonly [string, RegExp])[] = [
		['stat http count() | to mermaid', /made of the columns `client` and `server`[\s\S]*put `\| map` in front/],
		[
			'stat http x = max(latency), x_seconds = count() | to prom',
			/`x` and `x_seconds` would both be called claudeinsight_x_seconds [\s\S]*another name/,
		],
		['stat http count() by `a b` = path, a_b = route | to prom', /`a b` and `a_b` would both be called a_b /],
		['watch | to har', /whole exchanges of http[\s\S]*begin with `watch http`/],
		['watch http | select path | to prom', /metrics are made of a table with numbers/],
		['watch http | tee { select path | to otlp "x" } | head 1', /spans are made of whole exchanges/],
	];
	for (const [text, message] of cases)
		it(text, () => {
			const { status, stderr } = run(['-e', text, '--from', SHOP]);
			assert.equal(status, 2);
			assert.match(stderr, /^error\[CIQ502\]/);
			assert.match(stderr, message);
		});

	it('--format', () => {
		const { status, stderr } = run(['-e', 'watch http | select path', '--format', 'prom', '--from', SHOP]);
		assert.equal(status, 2);
		assert.match(stderr, /metrics are made of a table with numbers/);
	});
});
