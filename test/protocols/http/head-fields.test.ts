import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeOf, mapOf, message } from '../../support/http.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

/** Header fields of the request, of the response, a field of the catalog, its value. */
const CASES: readonly (readonly [string[], string[], string, unknown])[] = [
	[
		['Cookie: a=1; b="x y"; c=a=b; a=2;flag; =d; __proto__=p'],
		[],
		'cookies',
		{ a: '1', b: '"x y"', c: 'a=b', ['__proto__']: 'p' },
	],
	[['Cookie: '], [], 'cookies', {}],
	[['Cookie: a=1', 'Host: x', 'cookie: b=2; c=3'], [], 'cookies', { a: '1', b: '2', c: '3' }],
	[[], [], 'cookies', null],
	[
		[],
		['Set-Cookie: id=7; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/', 'SET-COOKIE:b=', 'X: Set-Cookie: no=1'],
		'set_cookies',
		{ id: '7', b: '' },
	],
	[[], ['Set-Cookie: a=größe; Path=/'], 'set_cookies', { a: 'größe' }],
	[[], ['Set-Cookie:\r\n a=1; Path=/', 'Set-Cookie: b=2\r\n\t3'], 'set_cookies', { a: '1', b: '2 3' }],
	[[], ['X-Set-Cookie: a=1'], 'set_cookies', null],
	[[`traceparent: 00-${TRACE}-${SPAN}-01`], [], 'trace_id', TRACE],
	[[`traceparent: 01-${TRACE}-${SPAN}-01-more`], [], 'span_id', SPAN],
	[[`traceparent: ff-${TRACE}-${SPAN}-01`], [], 'trace_id', null],
	[[`traceparent: 00-${'0'.repeat(32)}-${SPAN}-01`], [], 'trace_id', null],
	[[`traceparent: 00-${TRACE}-${'0'.repeat(16)}-01`], [], 'span_id', null],
	[[`b3: ${TRACE}-${SPAN}-1-${SPAN}`], [], 'trace_id', TRACE],
	[[`b3: ${SPAN}-${SPAN}`], [], 'trace_id', SPAN],
	[[`b3: ${TRACE}-${SPAN}-d`], [], 'span_id', SPAN],
	[['b3: 0'], [], 'trace_id', null],
	[[`X-B3-TraceId: ${TRACE}`, 'X-B3-SpanId: 1'], [], 'span_id', '1'],
	[[`traceparent: 00-${TRACE}-${SPAN}-01`, 'b3: 0'], [], 'trace_id', TRACE],
	[['Request-Id: 1', 'X-Request-Id: 2'], [], 'request_id', '2'],
	[['X-Correlation-Id: 3'], ['X-Request-Id: 4'], 'request_id', '3'],
];

for (const [request, response, name, expected] of CASES) {
	test(`${name} of ${[...request, ...response].join(' | ') || 'nothing'}`, () => {
		const exchange = exchangeOf(message(['GET / HTTP/1.1', ...request]), message(['HTTP/1.1 200 OK', ...response]));
		assert.deepEqual(mapOf(exchange, name), expected);
	});
}
