import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldNames, lookupField, protocolField } from '../../engine/exchange/catalog.ts';
import { COMMON_FIELDS } from '../../engine/exchange/common-fields.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import type { Value, ValueMap } from '../../engine/exchange/field.ts';
import { PROTOCOLS } from '../../engine/protocols/registry.ts';
import { eventsOf, fieldOf } from '../support/conversations.ts';
import { assemble, type Turn } from '../support/events.ts';

const exchange = (request: string, response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'): Exchange => {
	const turns: Turn[] = [['>', request]];
	if (response !== '') turns.push(['<', response]);
	return assemble(eventsOf({ turns })).rows[0]!;
};

const get = (target: string, ...headers: string[]): Exchange =>
	exchange(['GET '.concat(target, ' HTTP/1.1'), ...headers, '', ''].join('\r\n'));

test('names and aliases are unique, and each field says what it is', () => {
	for (const fields of [COMMON_FIELDS, ...PROTOCOLS.map((protocol) => protocol.fields)]) {
		const names = fields.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
		assert.deepEqual(names, [...new Set(names)]);
		for (const { name, doc } of fields) {
			assert.match(name, /^[a-z][a-z0-9_]*$/);
			assert.match(doc, /^\S.*[^.\s]$/, name);
		}
	}
});

test('columns of protocols are fields', () => {
	for (const { name, columns } of PROTOCOLS) {
		for (const column of columns) assert.ok(lookupField(column, [name]), column);
	}
});

test('names are looked up among the common fields, then those of the protocols', () => {
	const nameOf = (name: string, protocols: readonly string[] | null): string | null => {
		const found = lookupField(name, protocols);
		return found?.kind === 'field' ? found.field.name : null;
	};
	assert.equal(nameOf('remote_ip', null), 'remote_ip');
	assert.equal(nameOf('remote_addr', []), 'remote_ip');
	assert.equal(nameOf('path', null), 'path');
	assert.equal(nameOf('path', ['http']), 'path');
	assert.equal(nameOf('path', []), null);
	assert.equal(nameOf('pathh', null), null);
	assert.equal(nameOf('__proto__', null), null);
	assert.equal(protocolField('http', 'status')?.name, 'status');
	assert.equal(protocolField('redis', 'path'), null);
	assert.ok(fieldNames(['http']).includes('path'));
	assert.ok(!fieldNames([]).includes('path'));
	assert.ok(fieldNames(null).includes('start_time'));
});

const HTTP_VALUES: readonly (readonly [string, Exchange, Value])[] = [
	['method', get('/'), 'GET'],
	['path', get('/a/b?c=d?e'), '/a/b'],
	['path', get('http://h'), '/'],
	['route', get('/users/17/items/0b7e4f0e-8c1f-4c4e-9d8b-3f2a1c5d6e7f'), '/users/:id/items/:id'],
	['route', get('/o/507f1f77bcf86cd799439011/v2/17a'), '/o/:id/v2/17a'],
	['url', get('/a?b', 'Host: shop:8080'), 'http://shop:8080/a?b'],
	['url', get('https://h/a'), 'https://h/a'],
	['url', get('/a'), '/a'],
	['url', get('*', 'Host: shop'), 'http://shop'],
	['url', get('h:443', 'Host: shop'), 'h:443'],
	['scheme', get('HTTPS://h/a'), 'https'],
	['scheme', get('/a'), 'http'],
	['host', get('/a', 'hOST: shop:8080'), 'shop:8080'],
	['host', get('http://other/a', 'Host: shop'), 'other'],
	['host', get('/a'), null],
	['query_params', get('/a?x=1&y=%20&x=2&__proto__=z'), { x: '1', y: ' ', ['__proto__']: 'z' }],
	['query_params', get('/a'), null],
	['query_params', get('/a??x=1&?y=2'), { '?x': '1', '?y': '2' }],
	['version', get('/a'), '1.1'],
	['user_agent', get('/a', 'User-Agent: curl/8'), 'curl/8'],
	['content_length', get('/a'), 2],
	['content_type', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 X\r\nContent-Type: a/b\r\n\r\n'), 'a/b'],
	['reason', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 No Way\r\n\r\n'), 'No Way'],
	['request_id', get('/a', 'X-Request-ID: 7'), '7'],
	['request_id', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 204 X\r\nX-Request-Id: 8\r\n\r\n'), '8'],
	['trace_id', get('/a', `traceparent: 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`), 'a'.repeat(32)],
	['span_id', get('/a', `traceparent: 00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`), 'b'.repeat(16)],
	['trace_id', get('/a', 'traceparent: nonsense', 'X-B3-TraceId: 77'), '77'],
	['span_id', get('/a'), null],
	['status', exchange('GET / HTTP/1.1\r\n\r\n', ''), null],
	['failed', exchange('GET / HTTP/1.1\r\n\r\n', ''), null],
	['answered', exchange('GET / HTTP/1.1\r\n\r\n', ''), false],
	['failed', get('/'), false],
	['failed', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'), true],
	['error', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'), 'HTTP 503 Busy'],
	['error', get('/'), null],
	['failed', exchange('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'), false],
	['tls', get('/'), false],
	['resp_size', exchange('GET / HTTP/1.1\r\n\r\n', ''), null],
	['total_duration_ms', get('/'), 1.001],
];

for (const [name, one, expected] of HTTP_VALUES) {
	test(`${name} of ${String(fieldOf(one, 'url'))} is ${JSON.stringify(expected)}`, () => {
		const value = fieldOf(one, name);
		assert.deepEqual(typeof value === 'object' && value !== null ? { ...value } : value, expected);
	});
}

test('a message is a record of text, headers, body and size', () => {
	const one = exchange(
		'POST /a HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nX-F: a\r\n  b\r\n__proto__: p\r\nnonsense\r\nContent-Length: 6\r\n\r\n\xc3\xa4\xff\xe2\x82\xac',
	);
	const request = fieldOf(one, 'request') as ValueMap;
	const headers = request.headers as ValueMap;
	assert.equal(headers['x-a'], '1, 2');
	assert.equal(headers['x-f'], 'a b');
	assert.equal(Object.hasOwn(headers, '__proto__') && headers.__proto__, 'p');
	assert.equal(request.body, 'ä\ufffd€');
	assert.equal(request.size, one.request?.size);
	assert.match(String(request.text), /^POST \/a HTTP\/1\.1\r\n.*ä\ufffd€$/s);
	assert.equal(fieldOf(exchange('GET / HTTP/1.1\r\n\r\n', ''), 'response'), null);
});

for (const [coding, bytes] of [
	['UTF-8', 'x-name: \xc3\xa4'],
	['ISO 8859-1', 'x-name: \xe4'],
] as const) {
	test(`a head in ${coding} is the same in the text of a message and in its headers`, () => {
		const request = fieldOf(exchange(`GET / HTTP/1.1\r\n${bytes}\r\n\r\n`), 'request') as ValueMap;
		assert.equal(request.text, 'GET / HTTP/1.1\r\nx-name: ä\r\n\r\n');
		assert.equal((request.headers as ValueMap)['x-name'], 'ä');
	});
}
