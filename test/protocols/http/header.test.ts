import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Content } from '../../../engine/protocols/http/content-names.ts';
import { HeadCollector } from '../../../engine/protocols/http/head-collector.ts';
import { decodeHeader, decodeHeaders } from '../../../engine/protocols/http/headers.ts';
import fc from '../../support/property.ts';

const START = 'GET / HTTP/1.1\r\n';

/** Field lines, a name, its value. */
const CASES: readonly (readonly [string, string, string | null])[] = [
	['Host: a\r\n\r\n', 'host', 'a'],
	['Host: a\r\n\r\n', 'hos', null],
	['Hos: a\r\n\r\n', 'host', null],
	['HOST :\ta \r\n\r\n', 'host', 'a'],
	['_x: 1\r\n\r\n', '_x', '1'],
	['X: Host: a\r\n\r\n', 'host', null],
	['A: 1\r\nX: 2\r\na: 3\r\n\r\n', 'a', '1, 3'],
	['A: 1\r\n 2\r\nX: 3\r\n 4\r\n\r\n', 'a', '1 2'],
	['X: 3\r\n A: 4\r\nA: 1\r\n', 'a', '1'],
	['X: 3\r\nA: 1', 'a', null],
	['A: 1\r\nA: 2', 'a', '1'],
	['A: 1\r\n 2', 'a', '1'],
	['X: 1\r\n\r\nA: 2\r\n', 'a', null],
	['A: caf\xc3\xa9\nB: caf\xe9\n\n', 'a', 'caf\u00e9'],
	['A: caf\xc3\xa9\nB: caf\xe9\n\n', 'b', 'caf\u00e9'],
	['A\r\n: 1\r\n\r\n', 'a', null],
	['constructor: 1\r\n\r\n', 'toString', null],
];

for (const [lines, name, expected] of CASES) {
	test(`${name} of ${JSON.stringify(lines)}`, () => {
		assert.equal(decodeHeader(START + lines, name), expected);
	});
}

test('one header field is what all of them say of it', () => {
	const pieces = [
		'a',
		'A',
		'bc',
		'b',
		':',
		': ',
		' ',
		'\t',
		'\r\n',
		'\n',
		'\r\n\r\n',
		'1',
		',',
		'_',
		'\xe9',
		'\xc3\xa9',
	];
	fc.assert(
		fc.property(
			fc.array(fc.constantFrom(...pieces), { maxLength: 40 }),
			fc.constantFrom('a', 'bc', 'b', '_', '1'),
			(parts, name) => {
				const head = START + parts.join('');
				assert.equal(decodeHeader(head, name), decodeHeaders(head)[name] ?? null);
			},
		),
		{ numRuns: 5000 },
	);
});

test('a head that is said to tell nothing of its content does not', () => {
	const lines = fc
		.tuple(
			fc.constantFrom(
				'Content-Encoding',
				'CONTENT-ENCODING',
				'content-type',
				'Content-Type',
				'Content-Length',
				'Content-',
				'C',
				'Via',
			),
			fc.constantFrom(':', ' : ', ': ', '', '\t:'),
			fc.constantFrom('gzip', 'text/html', 'text/html; charset=utf-8', 'text/html;charset=latin1', ';', '', '12', 'h;'),
			fc.constantFrom('\r\n', '\n', '\r\n ;b=c\r\n', '\r\n\tgzip\n', '\r\n\r\n', '\r'),
		)
		.map((parts) => parts.join(''));
	const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 });
	fc.assert(
		fc.property(fc.array(lines, { maxLength: 5 }), cuts, (parts, sizes) => {
			const bytes = Buffer.from(`HTTP/1.1 200 OK\r\n${parts.join('')}\r\n`, 'latin1');
			const collector = new HeadCollector(true);
			// In pieces, among other bytes.
			let at = 0;
			for (const size of [...sizes, bytes.length]) {
				if (collector.ended || at >= bytes.length) break;
				const piece = bytes.subarray(at, at + size);
				at +=
					collector.add(Buffer.concat([Buffer.from('c;'), piece, Buffer.from('ontent-e: x;\n')]), 2, 2 + piece.length) -
					2;
			}
			if (!collector.ended) collector.cut();
			const { text, content } = collector.scan;
			const coding = decodeHeader(text, 'content-encoding');
			if ((content & Content.coding) === 0) assert.equal(coding, null);
			const type = decodeHeader(text, 'content-type');
			if ((content & Content.parameters) === 0) assert.ok(!type?.includes(';'), text);
		}),
		{ numRuns: 3000 },
	);
});

test('most heads are said to tell nothing of their content', () => {
	const usual = Buffer.from(
		`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
	);
	const collector = new HeadCollector(true);
	collector.add(usual, 0, usual.length);
	assert.equal(collector.scan.content, 0);
});
