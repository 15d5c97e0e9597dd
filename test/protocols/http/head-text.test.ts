import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHead, parseScanned } from '../../../engine/protocols/http/head.ts';
import { HeadCollector } from '../../../engine/protocols/http/head-collector.ts';
import { HeadScan } from '../../../engine/protocols/http/head-scan.ts';
import { Kept } from '../../../engine/protocols/http/kept-heads.ts';
import { fieldOf } from '../../support/conversations.ts';
import { assemble, CLIENT_POS, data, end, open, SERVER_POS } from '../../support/events.ts';
import { exchangeOf, mapOf, message, partOf, plain } from '../../support/http.ts';
import fc from '../../support/property.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test('targets and header fields are UTF-8 where they are, each else a character for each byte', () => {
	const head = Buffer.concat([
		Buffer.from('GET /caf\u00e9/\u00e0?q=\u65e5 HTTP/1.1\r\nHost: b\u00fccher.example\r\nX-Name: \u00e0\r\n'),
		latin1('X-Old: caf\xe9\r\n\r\n'),
	]);
	const exchange = exchangeOf(head);
	assert.equal(fieldOf(exchange, 'path'), '/caf\u00e9/\u00e0');
	assert.equal(fieldOf(exchange, 'host'), 'b\u00fccher.example');
	assert.deepEqual(mapOf(exchange, 'query_params'), { q: '\u65e5' });
	const headers = { host: 'b\u00fccher.example', 'x-name': '\u00e0', 'x-old': 'caf\u00e9' };
	assert.deepEqual(plain(partOf(exchange, 'request', 'headers')), headers);
	assert.equal(fieldOf(exchange, 'req_size'), head.length);
});

test('a reason phrase is UTF-8 too', () => {
	const exchange = exchangeOf(message(['GET / HTTP/1.1']), message(['HTTP/1.1 404 introuv\u00e9']));
	assert.equal(fieldOf(exchange, 'reason'), 'introuv\u00e9');
});

test('a reason phrase that may go on behind what was captured is not told', () => {
	const head = 'HTTP/1.1 503 Out of order\r\nA: b\r\n\r\n';
	const lineEnd = head.indexOf('\n') + 1;
	for (const kept of [
		['reason', 'error'],
		['reason', 'response'],
	])
		for (let length = 'HTTP/1.1 503 '.length; length < head.length; length++) {
			const bytes = head.slice(0, length);
			const events = [
				open({ established: 1 }),
				data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: 'GET / HTTP/1.1\r\n\r\n' }),
				data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes, len: head.length }),
				end(3e6),
			];
			const { rows } = assemble(events, { fields: kept });
			const reason = length < lineEnd ? null : 'Out of order';
			assert.deepEqual(
				[rows.length, fieldOf(rows[0]!, 'status'), fieldOf(rows[0]!, 'reason'), fieldOf(rows[0]!, 'truncated')],
				[1, 503, reason, true],
			);
		}
});

/** Text, the target or reason phrase, and what else is said; null: it is no start line. */
const LINES: readonly (readonly [string, readonly [string, string, number | null] | null])[] = [
	['GET / HTTP/1.1', ['/', 'GET', null]],
	['OPTIONS * HTTP/1.0', ['*', 'OPTIONS', null]],
	['GET /a b HTTP/1.1', ['/a b', 'GET', null]],
	['GET  /a  HTTP/1.1', ['/a', 'GET', null]],
	['GET HTTP/1.1', null],
	['GET  HTTP/1.1', null],
	['GET / HTTP/2.0', ['/', 'GET', null]],
	['GET  /a  HTTP/01.1', ['/a', 'GET', null]],
	['GET HTTP/3.0', null],
	['GET  HTTP/3.0', null],
	['GET /HTTP/3.0', null],
	['GET / HTTP/1.1234', null],
	['G(T / HTTP/3.0', null],
	[`${'M'.repeat(33)} / HTTP/3.0`, null],
	['PRI * HTTP/2.0', null],
	['APRI * HTTP/2.0', ['*', 'APRI', null]],
	['GET / HTTP/1.', null],
	['GET / HTTP/1.x', null],
	['GET / HTTP/1.1 ', null],
	[' / HTTP/1.1', null],
	['G(T / HTTP/1.1', null],
	[`${'M'.repeat(32)} / HTTP/1.1`, ['/', 'M'.repeat(32), null]],
	[`${'M'.repeat(33)} / HTTP/1.1`, null],
	['HTTP/1.1', null],
	['', null],
	['HTTP/1.1 200 OK', ['OK', '', 200]],
	['HTTP/1.0 200', ['', '', 200]],
	['HTTP/1.1 200 ', ['', '', 200]],
	['HTTP/1.1 200 Not  Quite', ['Not  Quite', '', 200]],
	['HTTP/1.1 20', null],
	['HTTP/1.1 2000', null],
	['HTTP/1.1 20x', null],
	['HTTP/1.1  200', null],
	['HTTP/1.x 200 OK', null],
];

for (const [text, expected] of LINES) {
	test(`start line: ${JSON.stringify(text)}`, () => {
		// Among other bytes, which are not of the line.
		const bytes = Buffer.from(`G${text}\r\nA: 200 HTTP/1.1`);
		const scan = new HeadScan();
		scan.find(bytes, 1, 1 + text.length);
		const head = parseScanned(scan, Kept.startLine);
		assert.deepEqual(head && [head.target + head.reason, head.method, head.status], expected);
	});
}

test('a head ends with its first empty line, however it comes', () => {
	const byte = fc.constantFrom(...latin1('a\r\n\t:'));
	const pieces = fc.array(fc.uint8Array({ maxLength: 5 }).map(Buffer.from), { maxLength: 12 });
	const heads = fc.array(
		fc.array(byte, { maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
		{ maxLength: 12 },
	);
	fc.assert(
		fc.property(fc.oneof(pieces, heads), (parts) => {
			const whole = Buffer.concat(parts).toString('latin1');
			const end = /\n\r?\n/.exec(whole);
			const collector = new HeadCollector(true);
			let taken = 0;
			for (const part of parts) {
				if (collector.ended) break;
				// Among other bytes, as in the buffer of a source.
				const around = Buffer.concat([latin1('\n\n'), part, latin1('\n\n')]);
				taken += collector.add(around, 2, 2 + part.length) - 2;
			}
			assert.equal(collector.ended, end !== null);
			assert.equal(taken, end === null ? whole.length : end.index + end[0].length);
			if (!collector.ended) collector.cut();
			assert.equal(collector.scan.text, whole.slice(0, taken));
			assert.equal(collector.scan.firstEnd, whole.slice(0, taken).indexOf('\n'));
			assert.equal(collector.scan.bareLf, /(?:^|[^\r])\n/.test(whole.slice(0, taken)));
		}),
		{ numRuns: 2000 },
	);
});

test('who gives a head as a text says where it ends', () => {
	const text = 'GET /a HTTP/1.1\n\nA: b\r\n\r\n';
	const head = parseHead(text);
	assert.deepEqual([head?.text, head?.length, head?.target], [text, text.length, '/a']);
});
