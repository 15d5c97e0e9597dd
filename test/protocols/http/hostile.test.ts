import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import { HTTP_FIELDS } from '../../../engine/protocols/http/fields.ts';
import { exchangeOf, message, plain } from '../../support/http.ts';
import fc from '../../support/property.ts';

const HEADERS = [
	'Content-Type: application/json; charset=utf-16',
	'Content-Type: multipart/form-data; boundary=b',
	'Content-Type: application/x-www-form-urlencoded',
	'Content-Type: application/graphql;;=;"',
	'Content-Type: ;charset="',
	'Content-Encoding: gzip',
	'Content-Encoding: br, gzip',
	'Content-Encoding: deflate',
	'Content-Encoding: zstd',
	'Cookie: a=b; =;; constructor=1',
	'Set-Cookie: __proto__=1',
	'traceparent: 00-zz',
	'b3: 1-1',
	'Host: [::1',
] as const;

const FRAGMENTS = [
	'{"query":"',
	'{"query":{}}',
	'[[[',
	'query a{b',
	'"}',
	'--b\r\n',
	'--b--',
	'\r\n\r\n',
	'Content-Disposition: form-data; name="__proto__"; filename=f\r\n',
	'a=%&%zz=%u0000&',
	'\ud800',
	'\0\xff',
] as const;

const body = fc
	.tuple(
		fc.array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string()), { maxLength: 10 }),
		fc.constantFrom(
			(bytes: Buffer) => bytes,
			(bytes: Buffer) => gzipSync(bytes),
			(bytes: Buffer) => gzipSync(brotliCompressSync(bytes)),
			(bytes: Buffer) => gzipSync(bytes).subarray(0, -5),
		),
	)
	.map(([texts, encode]) => encode(Buffer.from(texts.join(''))));

const headers = fc.array(fc.constantFrom(...HEADERS), { maxLength: 5 });
const target = fc.constantFrom('/', '/a?query={a', 'http://h?%', '*', '/a?extensions={"persistedQuery":{}}', '//?=&=');

test('no field of any exchange throws', () => {
	fc.assert(
		fc.property(
			target,
			headers,
			headers,
			body,
			body,
			fc.constantFrom('GET', 'POST'),
			(path, asked, told, sent, got, method) => {
				const exchange = exchangeOf(
					message([`${method} ${path} HTTP/1.1`, ...asked], sent),
					message(['HTTP/1.1 200 OK', ...told], got),
				);
				for (const field of [...COMMON_FIELDS, ...HTTP_FIELDS]) {
					const value = plain(field.get(exchange));
					assert.ok(value === null || (field.type === 'list') === Array.isArray(value), field.name);
				}
			},
		),
		{ numRuns: 2000 },
	);
});
