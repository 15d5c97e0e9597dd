import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { decodeContent, MAX_CONTENT_BYTES } from '../../../engine/protocols/http/content-coding.ts';
import { fieldOf } from '../../support/conversations.ts';
import { exchangeOf, message, partOf } from '../../support/http.ts';
import fc from '../../support/property.ts';

const CODINGS: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
	['gzip', gzipSync],
	['x-gzip', gzipSync],
	['deflate', deflateSync],
	['deflate', deflateRawSync],
	['br', brotliCompressSync],
	['zstd', zstdCompressSync],
];

/** Text that compresses by little, so that each coding writes it in more blocks than one. */
const TEXT = Buffer.from(
	Array.from({ length: 40_000 }, (_, i) => Math.sin(i).toString(36).slice(3, 12)).join(' '),
	'latin1',
);

for (const [name, encode] of CODINGS) {
	test(`${name}: whole, cut off and corrupt`, () => {
		const bytes = encode(TEXT);
		assert.ok(TEXT.equals(decodeContent(bytes, name)));
		assert.ok(TEXT.equals(decodeContent(bytes, ` ${name.toUpperCase()} , identity`)));
		const most = Math.floor(bytes.length * 0.75);
		const cut = decodeContent(bytes.subarray(0, most), name);
		assert.ok(cut.length > TEXT.length / 2 && cut.length < TEXT.length, String(cut.length));
		assert.ok(TEXT.subarray(0, cut.length).equals(cut));
		const corrupt = Buffer.from(bytes);
		corrupt.fill(0xff, most);
		const part = decodeContent(corrupt, name);
		assert.ok(part.length > TEXT.length / 2, String(part.length));
		assert.ok(TEXT.subarray(0, TEXT.length / 2).equals(part.subarray(0, TEXT.length / 2)));
	});

	test(`${name}: a bomb gives as much as is allowed`, () => {
		const content = decodeContent(encode(Buffer.alloc(3 * MAX_CONTENT_BYTES, 'a')), name);
		assert.ok(content.length <= MAX_CONTENT_BYTES);
		assert.equal(
			content.find((byte) => byte !== 97),
			undefined,
		);
	});
}

test('several codings, unknown ones and none', () => {
	const twice = brotliCompressSync(gzipSync(TEXT));
	assert.ok(TEXT.equals(decodeContent(twice, 'gzip, br')));
	assert.ok(gzipSync(TEXT).equals(decodeContent(twice, 'aws-chunked, br')));
	for (const codings of ['', 'identity', 'compress', 'gzip, gzip, gzip, gzip', 'constructor']) {
		assert.equal(decodeContent(TEXT, codings), TEXT);
	}
	assert.equal(decodeContent(gzipSync(''), 'gzip').length, 0);
	const often = gzipSync(gzipSync(gzipSync(gzipSync(TEXT))));
	assert.equal(decodeContent(often, 'gzip, gzip, gzip, gzip'), often);
});

test('zstd: one frame after the other, with skippable ones between them', () => {
	const skippable = Buffer.from('502a4d1803000000616263', 'hex');
	const one = (text: string): Buffer => zstdCompressSync(text);
	const unsized = Buffer.concat([one('a'.repeat(300)), skippable, one('b'), skippable, skippable, one('')]);
	assert.equal(Buffer.from(decodeContent(unsized, 'zstd')).toString(), `${'a'.repeat(300)}b`);
	assert.equal(Buffer.from(decodeContent(Buffer.concat([skippable, one('first')]), 'zstd')).toString(), 'first');
	const large = one(randomBytes(300_000).toString('hex'));
	const cut = Buffer.concat([one('whole '), large.subarray(0, 200_000)]);
	const decoded = Buffer.from(decodeContent(cut, 'zstd')).toString();
	assert.match(decoded, /^whole [\da-f]{100000}/);
	const many = Buffer.concat(Array.from({ length: 100_000 }, () => skippable));
	assert.ok(decodeContent(Buffer.concat([many, one('behind')]), 'zstd').length > 0);
});

test('what is declared but not there is left as it is', () => {
	for (const name of ['gzip', 'deflate', 'br', 'zstd']) {
		const plain = Buffer.from('{"a": "neither compressed nor broken"}');
		assert.equal(decodeContent(plain, name), plain);
	}
});

test('a window larger than the web allows is refused before it takes memory', () => {
	// A frame with a window of 2^27 and one raw block (RFC 8878, 3.1.1); 2^23 is the most (RFC 9659).
	const framed = (window: number): Buffer =>
		Buffer.from(`28b52ffd00${window.toString(16)}010200${'61'.repeat(64)}`, 'hex');
	assert.equal(decodeContent(framed((23 - 10) << 3), 'zstd').length, 64);
	const wide = framed((27 - 10) << 3);
	assert.equal(decodeContent(wide, 'zstd'), wide);
});

test('no bytes make it throw or grow', () => {
	const name = fc.constantFrom('gzip', 'deflate', 'br', 'zstd', 'gzip, br', 'zstd,deflate');
	const mangled = fc
		.record({
			coding: fc.constantFrom(...CODINGS),
			at: fc.nat(60),
			noise: fc.uint8Array({ maxLength: 8 }),
		})
		.map(({ coding: [, encode], at, noise }) => {
			const bytes = Buffer.from(encode(Buffer.from('one two three '.repeat(9))));
			bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
			return bytes;
		});
	fc.assert(
		fc.property(fc.oneof(mangled, fc.uint8Array({ maxLength: 300 })), name, (bytes, codings) => {
			assert.ok(decodeContent(bytes, codings).length <= MAX_CONTENT_BYTES);
		}),
		{ numRuns: 1000 },
	);
});

const answered = (header: string, body: Uint8Array): Exchange =>
	exchangeOf(message(['GET / HTTP/1.1']), message(['HTTP/1.1 200 OK', header], body));

test('text and body of a message are decoded, its sizes are those of the wire', () => {
	const body = gzipSync('größe');
	const exchange = answered('Content-Encoding: gzip', body);
	assert.equal(partOf(exchange, 'response', 'body'), 'größe');
	assert.match(String(partOf(exchange, 'response', 'text')), /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\ngröße$/s);
	assert.equal(fieldOf(exchange, 'resp_size'), (exchange.response?.head.length ?? 0) + body.length);
	assert.equal(fieldOf(exchange, 'content_length'), body.length);
	assert.equal(fieldOf(exchange, 'content_encoding'), 'gzip');
});

test('codings of the transfer are undone too', () => {
	const body = gzipSync(brotliCompressSync('größe'));
	const chunked = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
	const head = ['HTTP/1.1 200 OK', 'Content-Encoding: br', 'Transfer-Encoding: gzip, chunked', '', ''].join('\r\n');
	const exchange = exchangeOf(message(['GET / HTTP/1.1']), Buffer.concat([Buffer.from(head), chunked]));
	assert.equal(partOf(exchange, 'response', 'body'), 'größe');
});

const CHARSETS: readonly (readonly [string, readonly number[], string])[] = [
	['text/html; charset=ISO-8859-1', [0xe4, 0x80], 'ä€'],
	['text/html; x="a;charset=no"; Charset="utf-16le"', [0x41, 0, 0xe4, 0], 'Aä'],
	['text/plain;charset=Shift_JIS', [0x83, 0x65], 'テ'],
	['text/plain; charset=nonsense', [0xc3, 0xa4, 0xff], 'ä\ufffd'],
	['text/plain; charset=', [0xc3, 0xa4], 'ä'],
	['application/json', [0xc3, 0xa4], 'ä'],
];

for (const [type, bytes, expected] of CHARSETS) {
	test(`a body of ${type}`, () => {
		const exchange = answered(`Content-Type: ${type}`, Uint8Array.from(bytes));
		assert.equal(partOf(exchange, 'response', 'body'), expected);
	});
}
