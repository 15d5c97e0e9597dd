import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { tableFromIPC } from 'apache-arrow';
import { har } from 'har-validator';
import { promSink } from '../../engine/output/prom.ts';
import type { Schema } from '../../engine/query/signal.ts';
import { type CapturedPacket, pcap, START } from '../capture/pcap/files.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { run } from '../shell/program.ts';
import { INFO } from './exchange.ts';
import { paper } from './paper.ts';
import { columns } from './slow-table.ts';

/* What is written, read by programs that others wrote for these formats. */

const SHOP = join(import.meta.dirname, '..', '..', 'examples', 'shop.ciqrec');
const folder = mkdtempSync(join(tmpdir(), 'ciq-readers-'));
after(() => rmSync(folder, { recursive: true }));

const query = (text: string, from = SHOP): string => {
	const { status, stdout, stderr } = run(['-e', text, '--from', from], { maxBuffer: 64 << 20 });
	assert.equal(status, 0, stderr);
	return stdout;
};

/** Requests as nobody should send them, with their answers; one byte a character. */
const ODD: readonly (readonly [request: string, answer: string | null])[] = [
	['GET /no-host HTTP/1.0\r\n\r\n', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
	['OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n', 'HTTP/1.1 204 No Content\r\n\r\n'],
	['CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n', 'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n'],
	[
		'GET http://proxy.example/x?y=1&y=2&z HTTP/1.1\r\nHost: proxy.example\r\nCookie: a=1; b="2"\r\n\r\n',
		'HTTP/1.1 302 Found\r\nLocation: /z\r\nSet-Cookie: s=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\nSet-Cookie: t=2\r\nContent-Length: 0\r\n\r\n',
	],
	[
		'GET /%zz/\xe4 b|c?q=%00"<> HTTP/1.1\r\nHost: [::1]:80\r\n\r\n',
		'HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5\r\n\r\n\x89PNG\xff',
	],
	['GET //double HTTP/1.1\r\nHost: bad host\r\n\r\n', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
	[
		'POST /bin HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Type: application/octet-stream\r\n\r\n\xff\x00\x80\n',
		'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Length: 2\r\n\r\n\xe4\n',
	],
	[REQUEST, null],
];

const oddCapture = (): string => {
	const packets = ODD.flatMap(([request, answer], i): readonly CapturedPacket[] => {
		const talk = new Talk({ clientPort: 40_000 + i, start: START + BigInt(i) * 1_000_000_000n }).handshake();
		talk.send('client', request);
		return (answer === null ? talk : talk.send('server', answer)).packets;
	});
	const path = join(folder, 'odd.pcap');
	writeFileSync(path, pcap(packets));
	return path;
};

describe('HAR by the published schemas', () => {
	test('the example', async () => {
		await har(JSON.parse(query('watch http | to har')));
	});

	test('odd requests', async () => {
		const document = JSON.parse(query('watch http | to har', oddCapture()));
		await har(document);
		const { entries } = document.log;
		assert.deepEqual(
			entries.map(({ request }: { request: { url: string } }) => request.url),
			[
				'http://10.0.0.2:80/no-host',
				'http://x',
				'http://a.example:443',
				'http://proxy.example/x?y=1&y=2&z',
				'http://[::1]:80/%25zz/%C3%A4%20b%7Cc?q=%00%22%3C%3E',
				'http://bad%20host//double',
				'http://x/bin',
				'http://x/a',
			],
		);
		assert.deepEqual(entries[3].request.queryString, [
			{ name: 'y', value: '1' },
			{ name: 'y', value: '2' },
			{ name: 'z', value: '' },
		]);
		const cookies = entries[3].response.headers.filter(({ name }: { name: string }) => name === 'Set-Cookie');
		assert.deepEqual(
			cookies.map(({ value }: { value: string }) => value),
			['s=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 't=2'],
		);
		const { text, encoding } = entries[4].response.content;
		assert.deepEqual([Buffer.from(text, encoding).toString('latin1'), encoding], ['\x89PNG\xff', 'base64']);
		assert.equal(entries[6].request.postData.text, '\xff\x00\x80\n');
		assert.equal(entries[6].response.content.text, 'ä\n');
	});

	test('a body that was not captured whole says so', async () => {
		const path = join(folder, 'cut.pcap');
		const talk = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
		const { packets } = talk;
		writeFileSync(path, pcap(packets.with(-1, { ...packets.at(-1)!, captured: packets.at(-1)!.bytes.length - 3 })));
		const document = JSON.parse(query('watch http | to har', path));
		await har(document);
		const { content } = document.log.entries[0].response;
		assert.deepEqual([content.text, content.comment], ['he', 'not all of it was captured']);
	});

	test('a document that is none is found', () => assert.rejects(har({ log: { version: '1.2', entries: [] } })));
});

describe('Arrow by its own library', () => {
	test('columns with their types, batch by batch', () => {
		const path = join(folder, 'x.arrows');
		query(`watch http | select ts, route, status, latency, failed, size = resp_size, headers = req.headers | to arrow "${path}"`); // biome-ignore format: one
		const table = tableFromIPC(readFileSync(path));
		assert.deepEqual(
			table.schema.fields.map(({ name, type }) => `${name} ${type}`),
			[
				'ts Timestamp<NANOSECOND, UTC>',
				'route Utf8',
				'status Int64',
				'latency Duration<NANOSECOND>',
				'failed Bool',
				'size Float64',
				'headers Utf8',
			],
		);
		const rows = query('watch http | select ts, route, status, latency, failed, size = resp_size').trim().split('\n');
		assert.equal(table.numRows, rows.length);
		for (const [i, row] of rows.entries()) {
			const { ts, latency, ...rest } = JSON.parse(row);
			const own = table.get(i)?.toJSON() ?? {};
			assert.equal(Number(own.latency) / 1e6, latency);
			assert.equal(nanoseconds(table.getChildAt(0)?.data[0]?.values, i), ts);
			assert.deepEqual(
				{ route: own.route, status: own.status && Number(own.status), failed: own.failed, size: own.size },
				rest,
			);
		}
	});
});

/** The library gives times as ms: what stands there. */
const nanoseconds = (values: BigInt64Array | undefined, i: number): string => {
	const raw = values?.[i] ?? 0n;
	const seconds = new Date(Number(raw / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
	return `${seconds}.${String(raw % 1_000_000_000n).padStart(9, '0')}Z`;
};

const hasDot = spawnSync('dot', ['-V']).error === undefined;

describe('dot by Graphviz', { skip: hasDot ? false : 'Graphviz is not installed' }, () => {
	const drawn = (text: string): string => {
		const { status, stdout, stderr } = spawnSync('dot', ['-Tsvg'], { input: text, encoding: 'utf8' });
		assert.deepEqual([status, stderr], [0, '']);
		return stdout;
	};

	test('the example: a node for each end, an edge for each pair', () => {
		const pairs = query('watch http | map | select client, server').trim().split('\n').map((row) => JSON.parse(row)); // biome-ignore format: one
		const picture = drawn(query('watch http | map | to dot'));
		assert.equal(picture.match(/class="edge"/g)?.length, pairs.length);
		const ends = new Set(pairs.flatMap(({ client, server }) => [client, server]));
		assert.equal(picture.match(/class="node"/g)?.length, ends.size);
	});

	test('names that look like its own words', () => {
		const names = ['a "b" \\n c', '<b>', 'node', 'x\\', '-> y; z', 'ü\u202e'];
		const path = join(folder, 'names.ndjson');
		const rows = names.map((name) => ({ start_time: '2026-01-01T00:00:00Z', end_time: '2026-01-01T00:00:01Z', protocol: 'HTTP', side: 'client', local_addr: '10.0.0.1', local_port: 1, remote_addr: '10.0.0.2', remote_port: 2, comm: name, pid: 1, request: 'GET / HTTP/1.1\r\n\r\n', response: 'HTTP/1.1 200 OK\r\n\r\n' })); // biome-ignore format: one
		writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
		const picture = drawn(query('watch http | map | to dot', path));
		assert.equal(picture.match(/class="edge"/g)?.length, names.length);
		for (const name of ['a &quot;b&quot; \\n c', '&lt;b&gt;', 'node', 'x\\', '&#45;&gt; y; z'])
			assert.ok(picture.includes(`>${name}</text>`), name);
	});
});

/** The folder of Debian's package: the parser of Prometheus' own client library. */
const hasClient = existsSync('/usr/lib/python3/dist-packages/prometheus_client');
const PARSE = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families as parse
print(json.dumps([[family.name, family.type, [[s.name, s.labels, s.value] for s in family.samples]] for family in parse(sys.stdin.read())]))`;

describe(
	'Prometheus by its client library',
	{ skip: hasClient ? false : 'its client library is not installed' },
	() => {
		const parsed = (text: string): [string, string, [string, Record<string, string>, number][]][] => {
			const { stdout, stderr, status } = spawnSync('/usr/bin/python3', ['-c', PARSE], {
				input: text,
				encoding: 'utf8',
			});
			assert.equal(status, 0, stderr);
			return JSON.parse(stdout);
		};

		test('the example: every number of the table', () => {
			const table = 'watch http where side == "server" | stat n = count(), p99(latency), total = sum(resp_size) by route, status'; // biome-ignore format: one
			const rows = query(table).trim().split('\n').map((row) => JSON.parse(row)); // biome-ignore format: one
			const families = parsed(query(`${table} | to prom`));
			assert.deepEqual(
				families.map(([name, type]) => [name, type]),
				['n', 'p99_latency_seconds', 'total_bytes'].map((name) => [`claudeinsight_${name}`, 'gauge']),
			);
			const told = families.map(([, , samples]) => samples.map(([, labels, value]) => [labels, value]));
			const labels = ({ route, status }: Record<string, unknown>) => ({
				route,
				...(status !== null && { status: String(status) }),
			});
			assert.deepEqual(told[0], rows.map((row) => [labels(row), row.n])); // biome-ignore format: one
			assert.deepEqual(told[2], rows.map((row) => [labels(row), row.total])); // biome-ignore format: one
			for (const [i, row] of rows.entries())
				assert.ok(Math.abs(Number(told[1]?.[i]?.[1]) * 1000 - row.p99_latency) < 1e-6, row.route);
		});

		test('labels come back as they were', () => {
			const schema: Schema = { exchanges: false, columns: columns(['path', 'string'], ['n', 'int']) };
			const names = ['a"b\\c', '\\n', 'a\nb', '{}', '# HELP', 'ü', ''];
			const sheet = paper();
			const sink = promSink({ printer: sheet, schema, info: INFO });
			sink.take({ kind: 'table', rows: names.map((name, i) => [name, i]), window: null, final: true });
			sink.end();
			const [[, , samples] = ['', '', []]] = parsed(sheet.written.join(''));
			assert.deepEqual(
				samples.map(([, { path }, value]) => [path, value]),
				names.map((name, i) => [name.replace('\\n', '\\\\n').replace('\n', '\\n'), i]),
				'a newline is shown as the tables show it, and told from what looks like it',
			);
		});
	},
);
