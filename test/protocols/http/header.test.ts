import assert from 'node:assert/strict';
import { test } from 'node:test';
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
	['X: 3\r\n A: 4\r\nA: 1', 'a', '1'],
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
