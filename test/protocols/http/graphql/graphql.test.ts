import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { operationsOf } from '../../../../engine/protocols/http/graphql/document.ts';
import { exchangeOf, mapOf, message } from '../../../support/http.ts';
import fc from '../../../support/property.ts';

const DOCUMENTS: readonly (readonly [string, readonly string[] | null])[] = [
	['{ user { id } }', ['query - user']],
	[
		'query GetUser($id: ID! = "}", $o: In = {a: [1]}) @live(x: {}) { me: user(id: $id) { ...F } }',
		['query GetUser user'],
	],
	['mutation{a b}', ['mutation - a']],
	['{ a b: c }', ['query - a']],
	['# query No { x }\nsubscription OnAdd, {\n\tadded\n}', ['subscription OnAdd added']],
	[
		'fragment F on U { id } query A { a(x: """ " \\""" } """) } mutation B { b(x: "\\"}") }',
		['query A a', 'mutation B b'],
	],
	['query Cut($a: Int) { first second { thi', ['query Cut first']],
	['query Cut($a: In', null],
	['\ufeff  query Q { a }', ['query Q a']],
	['type User { id: ID }', null],
	['fragment F on U { id }', null],
	['query A { a } type B { b: C }', null],
	['SELECT * FROM users', null],
	['query { }', null],
	['query words', null],
	['{ "a": true }', null],
	['query @live { a }', ['query - a']],
	['}{{a}}', null],
	['', null],
];

for (const [document, expected] of DOCUMENTS) {
	test(`operations of ${JSON.stringify(document)}`, () => {
		const found = operationsOf(document)?.map(({ kind, name, field }) => `${kind} ${name ?? '-'} ${field}`) ?? null;
		assert.deepEqual(found, expected);
	});
}

test('no document makes the scan throw or hang', () => {
	const words = fc.array(
		fc.constantFrom(
			'query',
			'fragment',
			'a',
			'{',
			'}',
			'(',
			')',
			'"',
			'"""',
			'\\',
			'#',
			'\n',
			':',
			'@',
			'...',
			'$',
			'1',
			'\ud83d',
		),
	);
	fc.assert(
		fc.property(words, (parts) => void operationsOf(parts.join(''))),
		{ numRuns: 3000 },
	);
	assert.equal(operationsOf(`#${'x'.repeat(1e6)}\n{ a }`), null);
	assert.equal(operationsOf('"'.repeat(1e6)), null);
	assert.equal(operationsOf('{'.repeat(1e6)), null);
	assert.equal(operationsOf(`query A { a ${'\\'.repeat(1e6)}`)?.length, 1);
});

const JSON_TYPE = 'Content-Type: application/json; charset=utf-8';
const POST = ['POST /graphql HTTP/1.1', JSON_TYPE];
const document = 'query A { a } mutation B { b }';
const ANSWER = '{"data":null,"errors":[{"message":"no a"},{"message":{"toString":7}}]}';
const a = { operation: 'query A', kind: 'query', name: 'A', errors: null };

const EXCHANGES: readonly (readonly [string, Buffer, string, unknown])[] = [
	['by POST', message(POST, JSON.stringify({ query: document })), '{"data":{}}', a],
	[
		'with the operation that is asked for, and errors',
		message(POST, JSON.stringify({ query: document, operationName: 'B' })),
		ANSWER,
		{ operation: 'mutation B', kind: 'mutation', name: 'B', errors: ['no a', 'error without a message'] },
	],
	[
		'without a name',
		message(POST, '{"query":"{ a }"}'),
		'not JSON',
		{ operation: 'query { a }', kind: 'query', name: null, errors: null },
	],
	[
		'in a batch',
		message(POST, JSON.stringify([{ query: document }, { query: '{ c }' }])),
		`[{},${ANSWER}]`,
		{ ...a, errors: ['no a', 'error without a message'] },
	],
	['as a document', message(['POST /g HTTP/1.1', 'Content-Type: application/graphql'], document), '{}', a],
	['compressed', message([...POST, 'Content-Encoding: gzip'], gzipSync(JSON.stringify({ query: document }))), '{}', a],
	['by GET', message([`GET /g?query=${encodeURIComponent(document)}&operationName=A HTTP/1.1`]), '{}', a],
	[
		'by its hash',
		message(POST, '{"operationName":"C","extensions":{"persistedQuery":{"version":1}}}'),
		'{}',
		{ operation: 'C', kind: null, name: 'C', errors: null },
	],
	[
		'by its hash in a target',
		message([`GET /g?extensions=${encodeURIComponent('{"persistedQuery":{}}')} HTTP/1.1`]),
		'{}',
		{ operation: null, kind: null, name: null, errors: null },
	],
	[
		'in a form',
		message(
			['POST /g HTTP/1.1', 'Content-Type: multipart/form-data; boundary=b'],
			`--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON.stringify({ query: document })}\r\n--b--`,
		),
		'{}',
		a,
	],
	['not: a search', message(POST, '{"query":{"match":{"a":1}}}'), '{}', null],
	['not: SQL', message(POST, '{"query":"SELECT 1"}'), '{}', null],
	['not: no JSON', message(POST, '{'), '{}', null],
	['not: a list of nothing', message(POST, '[]'), '{}', null],
	['not: by GET', message(['GET / HTTP/1.1']), '{}', null],
];

for (const [name, request, answer, expected] of EXCHANGES) {
	test(`GraphQL ${name}`, () => {
		assert.deepEqual(mapOf(exchangeOf(request, message(['HTTP/1.1 200 OK'], answer)), 'graphql'), expected);
	});
}
