import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { csvSink, tsvSink } from '../../engine/output/delimited.ts';
import { markdownSink } from '../../engine/output/markdown.ts';
import type { MakeSink } from '../../engine/output/sink.ts';
import type { Row, Schema } from '../../engine/query/signal.ts';
import { GET, INFO } from './exchange.ts';
import { paper } from './paper.ts';
import { columns } from './slow-table.ts';

before(() => {
	process.env.TZ = 'UTC';
});

const SCHEMA: Schema = {
	exchanges: false,
	columns: columns(['ts', 'time'], ['a,b', 'string'], ['latency', 'duration'], ['size', 'size'], ['map', 'map']),
};
const ROWS: readonly Row[] = [
	[0, 'say "hi", you', 1_500_000, 10, { k: 'v' }],
	[1e9, 'a\tb\nc|d\x1b', null, null, null],
];

function written(make: MakeSink, batches: readonly (readonly Row[])[], schema = SCHEMA, terminal = true): string {
	const sheet = paper({ terminal });
	const sink = make({ printer: sheet, schema, info: INFO });
	for (const rows of batches) sink.take({ kind: 'rows', rows });
	sink.end();
	return sheet.written.join('');
}

test('csv: a header, quotes where RFC 4180 wants them, control characters escaped on a terminal', () => {
	assert.equal(
		written(csvSink, [ROWS.slice(0, 1), ROWS.slice(1)]),
		'ts,"a,b",latency,size,map\n' +
			'2026-01-02T03:04:05.000000001Z,"say ""hi"", you",1.5,10,"{""k"":""v""}"\n' +
			'2026-01-02T03:04:06.000000001Z,a\\tb\\nc|d\\x1b,,,\n',
	);
});

test('csv: a program gets values as they are, but for controls that RFC 4180 knows no place for', () => {
	const schema: Schema = { exchanges: false, columns: columns(['a\nb', 'string'], ['text', 'string'], ['map', 'map']) };
	const rows: readonly Row[] = [
		['a\nb', 'a\\nb', { 'k\n': '"' }],
		['a\r', '\ttab', null],
		['\ufeff\u200d', '\x1b[31m', null],
	];
	assert.equal(
		written(csvSink, [rows], schema, false),
		'"a\nb",text,map\n' + '"a\nb",a\\nb,"{""k\\n"":""\\""""}"\n' + '"a\r",\ttab,\n' + '\ufeff\u200d,\\x1b[31m,\n',
	);
});

test('tsv: a tab in a cell never ends it', () => {
	assert.equal(
		written(tsvSink, [ROWS.slice(1)]),
		'ts\ta,b\tlatency\tsize\tmap\n2026-01-02T03:04:06.000000001Z\ta\\tb\\nc|d\\x1b\t\t\t\n',
	);
});

test('a list in a cell is JSON, whatever its texts hold', () => {
	const schema: Schema = { exchanges: false, columns: columns(['list', 'list']) };
	const list = ['\x7f\x9b31m', '\u202e', '\x00'];
	for (const terminal of [true, false]) {
		const [, csv] = written(csvSink, [[[list]]], schema, terminal).split('\n');
		assert.deepEqual(JSON.parse(csv!.slice(1, -1).replaceAll('""', '"')), list);
		const [, tsv] = written(tsvSink, [[[list]]], schema, terminal).split('\n');
		assert.deepEqual(JSON.parse(tsv!), list);
	}
});

test('no rows are a table of nothing but its header', () => {
	assert.equal(written(csvSink, []), 'ts,"a,b",latency,size,map\n');
	assert.equal(written(markdownSink, []), '| ts | a,b | latency | size | map |\n| --- | --- | ---: | ---: | --- |\n');
});

test('md: a bar in a cell never ends it', () => {
	const schema: Schema = { exchanges: false, columns: columns(['text', 'string'], ['worst', 'record']) };
	assert.equal(
		written(markdownSink, [[['a|b', GET]]], schema),
		'| text | worst |\n| --- | --- |\n| a\\|b | GET /api/items 200 301.2ms |\n',
	);
});

test('md: captured text is no markup', () => {
	const cells: readonly (readonly [string, string])[] = [
		['/a?b=1&c=2&d#!x', '/a?b=1&c=2&d#!x'],
		['&lt;b&gt; &#42; &', '\\&lt;b\\&gt; \\&#42; &'],
		['*a* **b** ~~c~~', '\\*a\\* \\*\\*b\\*\\* \\~\\~c\\~\\~'],
		['p99_latency /ä_ö_ü', 'p99_latency /ä_ö_ü'],
		['_a_ __b__', '\\_a\\_ \\_\\_b\\_\\_'],
		['[l](http://e) ![i](e) <b>`', '\\[l](http://e) !\\[i](e) \\<b>\\`'],
	];
	const schema: Schema = { exchanges: false, columns: columns(['text', 'string']) };
	for (const [text, cell] of cells) {
		assert.equal(written(markdownSink, [[[text]]], schema), `| text |\n| --- |\n| ${cell} |\n`);
	}
});

test('md: every window is a table of its own', () => {
	const sheet = paper();
	const sink = markdownSink({
		printer: sheet,
		schema: { exchanges: false, columns: columns(['n', 'int']) },
		info: INFO,
	});
	for (const n of [1, 2]) {
		sink.take({ kind: 'table', rows: [[n]], window: { start: 0, end: 1 }, final: true });
	}
	sink.end();
	assert.equal(sheet.written.join(''), '| n |\n| ---: |\n| 1 |\n\n| n |\n| ---: |\n| 2 |\n');
});
