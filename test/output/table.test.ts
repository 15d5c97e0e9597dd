import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { lookupField } from '../../engine/exchange/catalog.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { renderTable } from '../../engine/output/table.ts';
import { tableSink } from '../../engine/output/table-sink.ts';
import { textWidth } from '../../engine/output/text-width.ts';
import { http } from '../../engine/protocols/http/module.ts';
import type { Column, Row, Schema } from '../../engine/query/signal.ts';
import fc from '../support/property.ts';
import { planOf } from '../support/query.ts';
import { exchange, GET, INFO } from './exchange.ts';
import { paper } from './paper.ts';
import { columns, SLOW_ROWS, SLOW_SCHEMA, WINDOW } from './slow-table.ts';

before(() => {
	process.env.TZ = 'UTC';
});

const TABLES: Record<number, string> = {
	80: `
03:04:05.000 – 03:04:10.000
remote_ip    count  errors     avg_     p50_     p90_     p99_     max_
                            latency  latency  latency  latency  latency
───────────────────────────────────────────────────────────────────────
127.0.0.3       12       0  611.2ms  301.4ms    3.00s    6.00s    6.00s
10.20.30.40   1840       3    1.2ms  980.0us    2.1ms   11.9ms  300.9ms
2001:db8::7      1       0  850.0us  850.0us  850.0us  850.0us  850.0us
-                2       0        -        -        -        -        -
… no room for worst (a wider terminal or \`select\`)

`,
	100: `
03:04:05.000 – 03:04:10.000
remote_ip    count  errors     avg_     p50_     p90_     p99_     max_  worst
                            latency  latency  latency  latency  latency
──────────────────────────────────────────────────────────────────────────────────────────────────
127.0.0.3       12       0  611.2ms  301.4ms    3.00s    6.00s    6.00s  GET /api/report 200 6.00s
10.20.30.40   1840       3    1.2ms  980.0us    2.1ms   11.9ms  300.9ms  GET /api/pay 500 300.9ms
2001:db8::7      1       0  850.0us  850.0us  850.0us  850.0us  850.0us  GET /a\\x1b[2J 404 850.0us
-                2       0        -        -        -        -        -  -

`,
	120: `
03:04:05.000 – 03:04:10.000
remote_ip    count  errors  avg_latency  p50_latency  p90_latency  p99_latency  max_latency  worst
──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
127.0.0.3       12       0      611.2ms      301.4ms        3.00s        6.00s        6.00s  GET /api/report 200 6.00s
10.20.30.40   1840       3        1.2ms      980.0us        2.1ms       11.9ms      300.9ms  GET /api/pay 500 300.9ms
2001:db8::7      1       0      850.0us      850.0us      850.0us      850.0us      850.0us  GET /a\\x1b[2J 404 850.0us
-                2       0            -            -            -            -            -  -

`,
};
TABLES[200] = TABLES[120];

const slowTable = (width: number): string => {
	const sheet = paper({ width });
	const sink = tableSink({ printer: sheet, schema: SLOW_SCHEMA, info: INFO });
	sink.take({ kind: 'table', rows: SLOW_ROWS, window: WINDOW, final: true });
	return sheet.written.join('');
};

for (const [width, golden] of Object.entries(TABLES)) {
	test(`the table of a window at ${width} columns`, () => assert.equal(slowTable(Number(width)), golden.slice(1)));
}

/* Characters on whose widths the libraries agree: cli-table3 measures by an older Unicode than string-width. */
const UNITS = ['a', 'Z', ' ', '\t', '\n', '\x1b', '\u202e', 'é', 'e\u0301', 'ß', '漢', '한', 'ﾊ', '😀', '…', '│'];

test('no line is wider than the terminal, for any texts and widths', () => {
	const clock = wallClock(INFO);
	const text = fc.string({ unit: fc.constantFrom(...UNITS) });
	const texts = fc.array(fc.tuple(text, fc.string(), fc.nat()), { maxLength: 5 });
	fc.assert(
		fc.property(texts, fc.integer({ min: 40, max: 120 }), (rows, width) => {
			const of = columns(['some_name', 'string'], ['other', 'string'], ['number', 'int']);
			const table = renderTable(of, rows, { width, maxRows: 100, color: false, clock });
			for (const line of table.split('\n')) assert.ok(textWidth(line) <= width, line);
		}),
	);
});

test('rows beyond the limit are counted in words', () => {
	const rows: Row[] = Array.from({ length: 12 }, (_, i) => [i]);
	const clock = wallClock(INFO);
	const table = renderTable(columns(['n', 'int']), rows, { width: 80, maxRows: 10, color: false, clock });
	assert.match(table, /\n9\n… 2 more rows \(`head` or `to csv`\)\n$/);
});

test('a running aggregate stands in its place until it is final', () => {
	const sheet = paper({ height: 11 });
	const schema: Schema = { exchanges: false, columns: columns(['path', 'string'], ['count', 'int']) };
	const sink = tableSink({ printer: sheet, schema, info: INFO });
	sink.take({
		kind: 'table',
		rows: [
			['/a', 1],
			['/b', 2],
			['/c', 3],
			['/d', 4],
		],
		window: null,
		final: false,
	});
	sink.take({ kind: 'table', rows: [['/a', 2]], window: null, final: true });
	sink.end();
	assert.deepEqual(sheet.written, [
		'live: path  count\n───────────\n/a        1\n/b        2\n/c        3\n… 1 more row (`head` or `to csv`)\n',
		'live: ',
		'path  count\n───────────\n/a        2\n',
		'live: ',
	]);
});

test('an empty window is quiet, an empty result is not', () => {
	const sheet = paper();
	const sink = tableSink({ printer: sheet, schema: { exchanges: false, columns: columns(['n', 'int']) }, info: INFO });
	sink.take({ kind: 'table', rows: [], window: WINDOW, final: true });
	assert.deepEqual(sheet.written, []);
	sink.take({ kind: 'table', rows: [], window: null, final: true });
	assert.equal(sheet.written.join(''), 'live: n\n(no rows)\n');
});

const httpColumns: Column[] = http.columns.map((name) => {
	const found = lookupField(name, ['http']);
	assert.ok(found?.kind === 'field');
	const { get, type } = found.field;
	return { name, type, get: (row) => get(row as typeof GET) };
});

test('records come as lines under one header, and their columns only grow', () => {
	const sheet = paper({ width: 100 });
	const sink = tableSink({ printer: sheet, schema: { exchanges: true, columns: httpColumns }, info: INFO });
	const long = exchange({ request: 'POST /api/pay/with/a/long/path HTTP/1.1\r\nHost: x\r\n\r\n' });
	for (const row of [GET, long, GET]) sink.take({ kind: 'rows', rows: [row] });
	sink.take({ kind: 'rows', rows: [] });
	assert.equal(
		sheet.written.join(''),
		`
ts            side    comm   remote_ip  method  path        status  latency  req_size  resp_size
03:04:05.122  server  nginx  127.0.0.2  GET     /api/items     200  301.2ms       54B        82B
03:04:05.000  server  nginx  127.0.0.2  POST    /api/pay/with…       -    1.5ms       52B          -
03:04:05.122  server  nginx  127.0.0.2  GET     /api/items         200  301.2ms       54B        82B
`.slice(1),
	);
	assert.equal(sheet.written.length, 3, 'one write for each batch that has records');
});

test('columns of records that have no room are named', () => {
	const sheet = paper({ width: 80 });
	const sink = tableSink({ printer: sheet, schema: { exchanges: true, columns: httpColumns }, info: INFO });
	sink.take({ kind: 'rows', rows: [GET] });
	assert.match(sheet.written[0], /^ts .* latency\n… no room for req_size, resp_size \(/);
});

test('what rows are in the order of has room before other measures', async () => {
	const roomless = async (text: string): Promise<string | undefined> => {
		const { schema } = await planOf(text);
		const sheet = paper({ width: 80 });
		const rows = schema.exchanges
			? [GET]
			: [schema.columns.map(({ type }) => (type === 'string' ? 'x'.repeat(12) : 1e8))];
		tableSink({ printer: sheet, schema, info: INFO }).take({ kind: 'table', rows, window: null, final: true });
		return /… no room for (.*) \(/.exec(sheet.written.join(''))?.[1];
	};
	const source = 'from "x.ciqrec" http';
	assert.equal(await roomless(`${source} | slow by comm, host, route`), 'p50_latency, p90_latency and 2 more');
	assert.equal(await roomless(`${source} | top 5 by resp_size`), 'remote_ip, req_size');
	assert.equal(await roomless(`${source} | sort req_size | head 3`), 'remote_ip, resp_size');
});

test('of a request that waits its age has room before others, and its latency, which is the same, is not beside it', async () => {
	const { schema } = await planOf('pending http');
	const sheet = paper({ width: 80 });
	tableSink({ printer: sheet, schema, info: INFO }).take({ kind: 'table', rows: [GET], window: null, final: true });
	assert.match(sheet.written.join(''), / path +status +age\n/);
});

test('what tells rows apart and stands there already leaves room for what is measured', () => {
	const at = (i: number) => (row: Row) => (Array.isArray(row) ? row[i] : null);
	const int = (name: string, i: number): Column => ({ name, type: 'int', key: true, get: at(i) });
	const ends = [int('local_port', 0), int('remote_port', 1), { name: 'rtt', type: 'int', get: at(2) } as const];
	const drawn = (rows: Row[]): string =>
		renderTable([...ends, int('client_port', 3)], rows, {
			width: 28,
			color: false,
			maxRows: 9,
			clock: wallClock(INFO),
		});
	const room = /… no room for (\w+)/;
	assert.equal(
		room.exec(
			drawn([
				[50993, 53166, 7, 53166],
				[40000, 80, 7, 40000],
			]),
		)?.[1],
		'client_port',
	);
	assert.equal(
		room.exec(
			drawn([
				[50993, 53166, 7, 53166],
				[40000, 80, 7, 40001],
			]),
		)?.[1],
		'rtt',
	);
});
