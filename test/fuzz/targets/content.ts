import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeContent, MAX_CONTENT_BYTES } from '../../../engine/protocols/http/content-coding.ts';
import { operationsOf } from '../../../engine/protocols/http/graphql/document.ts';
import { decodeHeaders } from '../../../engine/protocols/http/headers.ts';
import { parseMediaType } from '../../../engine/protocols/http/media-type.ts';
import { partsOf } from '../../../engine/protocols/http/multipart.ts';
import { parseTarget, queryParams, routeOf } from '../../../engine/protocols/http/target.ts';
import { deflateTerms, Inflater } from '../../../engine/protocols/websocket/deflate.ts';
import { latin1, type Target } from '../target.ts';

const decoded = (codings: string) => (bytes: Uint8Array) => {
	assert.ok(decodeContent(bytes, codings).length <= Math.max(MAX_CONTENT_BYTES, bytes.length));
};

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** What reads the content of messages; the first byte of an input chooses one. */
const READERS: readonly ((bytes: Uint8Array) => void)[] = [
	decoded('gzip'),
	decoded('deflate'),
	decoded('br'),
	decoded('zstd'),
	decoded('gzip, br, zstd'),
	(bytes) => {
		for (const { content } of partsOf(bytes, 'b')) assert.ok(content.length <= bytes.length);
	},
	(bytes) => void operationsOf(text(bytes)),
	(bytes) => void decodeHeaders(text(bytes)),
	(bytes) => void parseMediaType(text(bytes)),
	(bytes) => {
		const { path, query } = parseTarget(text(bytes));
		routeOf(path);
		if (query !== null) queryParams(query);
	},
	(bytes) => void deflateTerms(text(bytes)),
	(bytes) => {
		const inflater = new Inflater(false);
		inflater.inflate(bytes.subarray(0, bytes.length >> 1), true);
		inflater.inflate(bytes.subarray(bytes.length >> 1), true);
	},
];

const JSON_BODY = '{"query":"query a($b: C) @d { x: e(f: \\"g\\") { h } } fragment i on J { k }"}';

const seedsOf = (reader: number, ...bodies: readonly (Uint8Array | string)[]): Uint8Array[] =>
	bodies.map((body) => Buffer.concat([Buffer.of(reader), Buffer.from(body)]));

const WORDS = [
	...['--b\r\n', '--b--', '\r\n', '\r\n\r\n', 'Content-Disposition: form-data; name="', '; filename=f', 'boundary="'],
	...[
		'query ',
		'mutation',
		'subscription',
		'fragment a on B',
		'{',
		'}',
		'(',
		')',
		'@d',
		'"""',
		'"',
		'\\',
		'#',
		':',
		'...',
	],
	...['a=b&', '%', '+', '%00', '/123/', 'http://h/', '?', '; charset=', ',', '__proto__', 'permessage-deflate; '],
] as const;

/** What fields are worked out from: content codings, forms, documents, targets. */
export const content: Target = {
	name: 'content',
	seeds: () => [
		...seedsOf(0, gzipSync(JSON_BODY), gzipSync(Buffer.alloc(100_000))),
		...seedsOf(1, deflateSync(JSON_BODY), deflateRawSync(JSON_BODY)),
		...seedsOf(2, brotliCompressSync(JSON_BODY), brotliCompressSync(Buffer.alloc(100_000))),
		...seedsOf(3, zstdCompressSync(JSON_BODY), zstdCompressSync(Buffer.alloc(100_000))),
		...seedsOf(4, zstdCompressSync(brotliCompressSync(gzipSync(JSON_BODY)))),
		...seedsOf(5, '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--'),
		...seedsOf(6, 'query a($b: C = "d") @e { f: g(h: """i""") { j } }', 'subscription { a } fragment b on C { d }'),
		...seedsOf(7, 'GET / HTTP/1.1\r\nA: b\r\n c\r\nA: d\r\n\r\n'),
		...seedsOf(8, 'text/html; charset="utf-8"; a=b'),
		...seedsOf(9, 'http://h:1/a/123/00000000-0000-0000-0000-000000000000?b=c&d'),
		...seedsOf(10, 'permessage-deflate; server_no_context_takeover, x'),
		...seedsOf(11, deflateRawSync(JSON_BODY)),
	],
	dictionary: WORDS.map(latin1),
	units: (input) => Array.from(text(input).matchAll(/\w+|\W/g), ({ index }) => index),
	maxBytes: 1 << 14,
	maxSteps: { base: 200_000, perByte: 100 },
	run: (input) => READERS[(input[0] ?? 0) % READERS.length]?.(input.subarray(1)),
};
