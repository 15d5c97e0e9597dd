import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvSink } from '../../engine/output/delimited.ts';
import { jsonSink } from '../../engine/output/json.ts';
import { mermaidSink } from '../../engine/output/mermaid.ts';
import { FULL_TEXT, inParts } from '../../engine/output/parts.ts';
import type { Column, Row } from '../../engine/query/signal.ts';
import { INFO } from './exchange.ts';
import { paper } from './paper.ts';

const column = (name: string, value: string): Column => ({ name, type: 'string', get: () => value });
const rowsOf = (count: number): readonly Row[] => new Array<Row>(count).fill([]);

test('many rows at once are written as when they come one after the other', () => {
	const columns = ['client', 'server'].map((name) => column(name, 'x'));
	for (const make of [jsonSink, csvSink, mermaidSink]) {
		const [whole, singly] = [[rowsOf(200_000)], rowsOf(200_000).map((row) => [row])].map((batches) => {
			const sheet = paper();
			const sink = inParts(make({ printer: sheet, schema: { exchanges: false, columns }, info: INFO }));
			for (const rows of batches) sink.take({ kind: 'rows', rows });
			sink.end();
			return sheet.written.join('');
		});
		assert.ok(whole === singly);
	}
});

test('long rows of one batch are several texts: V8 has none of more than 512 MiB', () => {
	const columns = [column('body', 'x'.repeat(FULL_TEXT / 4))];
	for (const make of [jsonSink, csvSink]) {
		const sheet = paper();
		const sink = make({ printer: sheet, schema: { exchanges: false, columns }, info: INFO });
		sink.take({ kind: 'table', rows: rowsOf(9), window: null, final: true });
		sink.end();
		assert.equal(sheet.written.length, 3);
		assert.equal(sheet.written.join('').split('\n').length, make === csvSink ? 11 : 10);
	}
});
