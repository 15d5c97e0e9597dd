import type { Turn } from '../../../support/events.ts';
import { CHUNKED, GET, type HttpCase, OK } from './case.ts';

const PROXY_2 = '\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x01\xc0\0\x02\x02\x10\0\0P';

export const FLOW_CASES: readonly HttpCase[] = [
	// Interim answers, Expect, early answers (RFC 9110, 10.1.1, 15.2)
	{
		name: '100 Continue is no answer',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n'],
			['<', 'HTTP/1.1 100 Continue\r\n\r\n'],
			['>', 'abc'],
			['<', OK],
		],
		expected: ['POST /a 200 ok 64/40'],
	},
	{
		name: '103 Early Hints twice',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n'.repeat(2)],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40'],
	},
	{
		name: 'an expected body that is refused, then the next request',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n'],
			['<', 'HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['POST /a 417 ok 61/38', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'an expected body that is refused and sent all the same',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n'],
			['<', 'HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'],
			['>', `abc${GET}`],
			['<', OK],
		],
		expected: ['POST /a 417 ok 61/38', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'an answer before the request is complete',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc'],
			['<', 'HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n'],
			['>', 'def'],
		],
		expected: ['POST /a 413 ok 45/39'],
	},
	{
		name: 'an answer before the request is complete, then close',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nabc'],
			['<', 'HTTP/1.1 413 Big\r\nContent-Length: 0\r\n\r\n'],
		],
		ending: 'fin',
		expected: ['POST /a 413 ok 42/39'],
	},
	// The end of HTTP
	{
		name: 'behind 101 HTTP is one of the protocols that may come',
		turns: [
			['>', 'GET /ws HTTP/1.1\r\nUpgrade: something\r\n\r\n'],
			['<', 'HTTP/1.1 101 Switching\r\nUpgrade: something\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /ws 101 ok 40/46', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'an upgrade that is declined',
		turns: [
			['>', 'GET /ws HTTP/1.1\r\nUpgrade: h2c\r\n\r\n'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /ws 200 ok 34/40', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'what goes through CONNECT is recognised by what it says',
		turns: [
			['>', 'CONNECT h:443 HTTP/1.1\r\n\r\n'],
			['<', 'HTTP/1.1 200 OK\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['CONNECT h:443 200 ok 26/19', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'CONNECT that is refused',
		turns: [
			['>', 'CONNECT h:443 HTTP/1.1\r\n\r\n'],
			['<', 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['CONNECT h:443 403 ok 26/38', 'GET /a 200 ok 28/40'],
	},
	// What a proxy says of its client before the first request
	...[
		['version 1', 'PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n'],
		['version 1, of its own', 'PROXY UNKNOWN\r\n'],
		['version 2', PROXY_2],
		['of two proxies', `PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n${PROXY_2}`],
		['of two proxies, the other way round', `${PROXY_2}PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n`],
	].flatMap(([name, header = '']): HttpCase[] => {
		const rest: readonly Turn[] = [
			['<', OK],
			['>', GET],
			['<', OK],
		];
		const expected = ['GET /a 200 ok 28/40', 'GET /a 200 ok 28/40'];
		const counts = { otherBytes: header.length };
		return [
			{ name: `the PROXY protocol, ${name}`, turns: [['>', header + GET], ...rest], expected, counts },
			{
				name: `the PROXY protocol in a write of its own, ${name}`,
				turns: [['>', header], ['>', GET], ...rest],
				expected,
				counts,
			},
		];
	}),
	{
		name: 'the PROXY protocol before a connection that closes',
		turns: [
			['>', `PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n${GET}`],
			['<', 'HTTP/1.1 200 OK\r\n\r\nall'],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/22'],
		counts: { otherBytes: 40 },
	},
	// Protocols that look like HTTP
	{
		name: 'ICAP, which carries messages of HTTP',
		turns: [
			['>', 'REQMOD icap://h/m ICAP/1.0\r\nEncapsulated: req-hdr=0\r\n\r\n'],
			['>', GET],
			['<', 'ICAP/1.0 200 OK\r\n\r\n'],
			['<', OK],
		],
		expected: [],
		counts: { otherBytes: 142 },
	},
	{
		name: 'uWSGI, which answers as HTTP does',
		turns: [
			['>', '\0\x12\0\0\x0e\0REQUEST_METHOD\0\0'],
			['<', OK],
		],
		ending: 'fin',
		expected: [],
		counts: { otherBytes: 62 },
	},
	// Requests without an answer
	{ name: 'waiting at the end of the capture', turns: [['>', GET]], expected: ['GET /a - waiting 28/-'] },
	{
		name: 'events of the server that go on',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n'],
			['<', 'data: 2\n\n'],
		],
		expected: ['GET /a 200 waiting 28/70'],
		body: 'data: 1\n\ndata: 2\n\n',
	},
	{ name: 'closed without an answer', turns: [['>', GET]], ending: 'fin', expected: ['GET /a - closed 28/-'] },
	{ name: 'reset without an answer', turns: [['>', GET]], ending: 'reset', expected: ['GET /a - reset 28/-'] },
	{ name: 'timed out', turns: [['>', GET]], ending: 'timeout', expected: ['GET /a - timeout 28/-'] },
	{
		name: 'closed in the middle of the body',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'],
		],
		ending: 'fin',
		expected: ['GET /a 200 closed 28/42'],
		body: 'half',
	},
	{
		name: 'reset in the middle of a body delimited by close',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\n\r\nhalf'],
		],
		ending: 'reset',
		expected: ['GET /a 200 reset 28/23'],
	},
	{
		name: 'closed in the middle of chunks',
		turns: [
			['>', GET],
			['<', `${CHUNKED}9\r\nhalf`],
		],
		ending: 'fin',
		expected: ['GET /a 200 closed 28/54'],
	},
	{
		name: 'closed in the middle of a response head',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\nContent-Le'],
		],
		ending: 'fin',
		expected: ['GET /a 200 closed 28/27'],
	},
	{
		name: 'reset in the middle of a status line',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 2'],
		],
		ending: 'reset',
		expected: ['GET /a - reset 28/-'],
		counts: { unparsedBytes: 10 },
	},
	{
		name: 'closed behind the beginning of another request',
		turns: [['>', `${GET}PO`]],
		ending: 'fin',
		expected: ['GET /a - closed 28/-'],
		counts: { unparsedBytes: 2 },
	},
	{
		name: 'closed behind what is no answer',
		turns: [
			['>', GET],
			['<', '<html>old'],
		],
		ending: 'fin',
		expected: ['GET /a - unknown 28/-'],
		counts: { unparsedBytes: 9 },
	},
	{
		name: 'a request head that was never finished',
		turns: [['>', 'GET /a HTTP/1.1\r\nX: 1']],
		ending: 'fin',
		expected: ['GET /a - closed 21/-'],
	},
	{
		name: 'a request body that was never finished',
		turns: [['>', 'PUT /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf']],
		expected: ['PUT /a - waiting 42/-'],
	},
	{
		name: 'the last of pipelined requests is reset',
		turns: [
			['>', GET + GET.replace('/a', '/b')],
			['<', OK],
		],
		ending: 'reset',
		expected: ['GET /a 200 ok 28/40', 'GET /b - reset 28/-'],
	},
];
