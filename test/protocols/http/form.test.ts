import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { parseMediaType } from '../../../engine/protocols/http/media-type.ts';
import { partsOf } from '../../../engine/protocols/http/multipart.ts';
import { exchangeOf, mapOf, message } from '../../support/http.ts';
import fc from '../../support/property.ts';

const ENCODED = 'Content-Type: application/x-www-form-urlencoded; charset=utf-8';
const MULTIPART = 'Content-Type: multipart/form-data; boundary="x-1"';

const multipart = (parts: readonly string[], end = '--'): string =>
	`${parts.map((part) => `\r\n--x-1\r\n${part}`).join('')}\r\n--x-1${end}`;

const NAME = 'Content-Disposition: form-data; name="a"\r\n\r\n1\r\n2';
const FILE = [
	'content-disposition: form-data; name="b"; filename="x \\"1\\".txt"',
	'Content-Type: text/plain; charset=latin1',
	'',
	'größe',
].join('\r\n');

const file = { filename: 'x "1".txt', content_type: 'text/plain; charset=latin1', size: 7, text: 'grÃ¶ÃŸe' };

const CASES: readonly (readonly [string, string, string | Uint8Array, unknown])[] = [
	['encoded', ENCODED, 'a=1&b=x+y%20z&a=2&c&%ff=%C3%A4', { a: '1', b: 'x y z', c: '', '\ufffd': 'ä' }],
	['encoded, with a question mark', ENCODED, '?a=1&?b=2', { '?a': '1', '?b': '2' }],
	[
		'encoded in windows-1251',
		ENCODED.replace('utf-8', 'windows-1251'),
		'n=%CF%F0%e8+x&%=%&n=2&m',
		{ n: 'При x', '%': '%', m: '' },
	],
	['encoded in Shift_JIS', ENCODED.replace('utf-8', 'Shift_JIS'), '%83A=%83C', { ア: 'イ' }],
	[
		'encoded in UTF-16, which forms never are',
		ENCODED.replace('utf-8', 'utf-16'),
		'a=%C3%A4&b=12',
		{ a: 'ä', b: '12' },
	],
	['encoded in a set that nobody knows', ENCODED.replace('utf-8', 'x-what'), 'a=%C3%A4', { a: 'ä' }],
	['multipart', MULTIPART, multipart([NAME, FILE]), { a: '1\r\n2', b: file }],
	['multipart that begins with its delimiter', MULTIPART, multipart([NAME]).slice(2), { a: '1\r\n2' }],
	['multipart behind a preamble', MULTIPART, `hello${multipart([NAME, NAME.replace('1', '9')])}`, { a: '1\r\n2' }],
	['multipart that is cut off', MULTIPART, multipart([FILE, NAME]).slice(0, -12), { b: file, a: '1' }],
	['multipart without names', MULTIPART, multipart(['\r\n\r\nx', 'A: b\r\n\r\nx', 'nothing']), {}],
	[
		'multipart whose lines end with LF',
		MULTIPART,
		multipart([NAME, FILE]).replaceAll('\r\n', '\n'),
		{ a: '1\n2', b: file },
	],
	[
		'multipart whose lines end with LF, behind a preamble, with CRLF in a text',
		MULTIPART,
		`hello${multipart([NAME.replace('1\r\n2', '%')])
			.replace('--x-1', '--x-1 \t')
			.replaceAll('\r\n', '\n')
			.replace('%', '1\r\n2\r')}`,
		{ a: '1\r\n2\r' },
	],
	[
		'multipart whose heads alone end with LF',
		MULTIPART,
		multipart([NAME.replace('\r\n\r\n', '\n\n'), FILE]),
		{ a: '1\r\n2', b: file },
	],
	[
		'multipart whose text has a delimiter behind LF alone',
		MULTIPART,
		multipart([NAME.replace('1', '1\n--x-1\n')]),
		{ a: '1\n--x-1\n\r\n2' },
	],
	['another boundary', MULTIPART.replace('x-1', 'y'), multipart([NAME]), {}],
	['no boundary', 'Content-Type: multipart/form-data', multipart([NAME]), {}],
	['JSON', 'Content-Type: application/json', '{"a":1}', null],
	['no body', ENCODED, '', null],
];

for (const [name, type, body, expected] of CASES) {
	test(`a form: ${name}`, () => {
		assert.deepEqual(mapOf(exchangeOf(message(['POST / HTTP/1.1', type], body)), 'form'), expected);
	});
}

test('a form that is compressed', () => {
	const request = message(['POST / HTTP/1.1', ENCODED, 'Content-Encoding: gzip'], gzipSync('a=1'));
	assert.deepEqual(mapOf(exchangeOf(request), 'form'), { a: '1' });
});

test('an encoded form in UTF-8 is what URLSearchParams reads, and many names take no seconds', () => {
	const formOf = (body: string): unknown => mapOf(exchangeOf(message(['POST / HTTP/1.1', ENCODED], body)), 'form');
	const piece = fc.constantFrom(
		'a',
		'b',
		'&',
		'=',
		'+',
		'%',
		'%4',
		'%3d',
		'%26',
		'%C3%A4',
		'%EF%BB%BF',
		'%ff',
		'?',
		'\0',
		' ',
	);
	fc.assert(
		fc.property(fc.array(piece, { minLength: 1 }), (pieces) => {
			const body = pieces.join('');
			const pairs = [...new URLSearchParams(`?${body}`)].toReversed();
			assert.deepEqual({ ...Object(formOf(body)) }, Object.fromEntries(pairs));
		}),
	);
	const began = performance.now();
	assert.deepEqual(formOf('a&'.repeat(1 << 18)), { a: '' });
	assert.ok(performance.now() - began < 1000);
});

test('media types', () => {
	const read = (value: string): unknown => {
		const { type, parameters } = parseMediaType(value);
		return [type, Object.fromEntries(parameters)];
	};
	assert.deepEqual(read('Text/HTML ;Charset="a;\\"b" ; x=1; x=2;y=z'), [
		'text/html',
		{ charset: 'a;"b', x: '1', y: 'z' },
	]);
	assert.deepEqual(read(''), ['', {}]);
	assert.deepEqual(read('a/b; c; =d; e="unclosed'), ['a/b', { e: '' }]);
});

test('parts are bounded, and no bytes make it throw', () => {
	assert.equal(partsOf(Buffer.from('--b\r\n\r\n\r\n'.repeat(5000)), 'b').length, 1000);
	assert.deepEqual(partsOf(Buffer.from('--\r\n\r\n'), ''), []);
	const pieces = fc.array(fc.constantFrom('--b', '\r\n', 'Content-Disposition: form-data; name="n"', '--', 'x', '\r'));
	fc.assert(
		fc.property(pieces, (texts) => {
			const body = texts.join('');
			for (const { content } of partsOf(Buffer.from(body), 'b'))
				assert.ok(!content.includes(Number.NaN) && content.length <= body.length);
		}),
	);
	const hostile = `a/b${';a="\\"'.repeat(500_000)}`;
	assert.equal(parseMediaType(hostile).type, 'a/b');
});
