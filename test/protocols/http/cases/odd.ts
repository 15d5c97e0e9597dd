import { CHUNKED, GET, type HttpCase, OK } from './case.ts';

export const ODD_CASES: readonly HttpCase[] = [
	// Odd framing (RFC 9112, 11.2)
	{
		name: 'both lengths: the coding wins',
		turns: [
			['>', GET],
			['<', `${CHUNKED.replace('\r\n\r\n', '\r\nContent-Length: 3\r\n\r\n')}1\r\nx\r\n0\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/77 [both-lengths]'],
		body: 'x',
	},
	{
		name: 'equal Content-Lengths are one',
		turns: [
			['>', GET],
			['<', OK.replace('2\r\n\r\nhi', '12\r\nContent-Length: 12\r\n\r\nhello, world')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/71', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'differing Content-Lengths: the first one',
		turns: [
			['>', GET],
			['<', OK.replace('\r\n\r\n', '\r\nContent-Length: 4\r\n\r\n')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/59 [differing-lengths]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a Content-Length that is no number lasts to the end',
		turns: [
			['>', GET],
			['<', OK.replace(': 2', ': +2')],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/41 [bad-length]'],
	},
	{
		name: 'a Content-Length beyond 64 bits',
		turns: [
			['>', GET],
			['<', OK.replace(': 2', ': 18446744073709551615')],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/59 [bad-length]'],
	},
	{
		name: 'a Content-Length with leading zeros',
		turns: [
			['>', GET],
			['<', OK.replace(': 2', ': 002')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/42', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a folded Transfer-Encoding',
		turns: [
			['>', GET],
			['<', `${CHUNKED.replace(' chunked', '\r\n chunked')}1\r\nx\r\n0\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/60 [obs-fold]'],
		body: 'x',
	},
	{
		name: 'a folded Content-Length',
		turns: [
			['>', GET],
			['<', OK.replace('Length: ', 'Length:\r\n ')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/42 [obs-fold]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a blank before the colon',
		turns: [
			['>', GET],
			['<', OK.replace('Length:', 'Length :')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/41 [space-before-colon]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'bare LF',
		turns: [
			['>', GET.replaceAll('\r\n', '\n')],
			['<', OK.replaceAll('\r\n', '\n')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 25/37 [bare-lf]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a coding that is not chunked in a response lasts to the end',
		turns: [
			['>', GET],
			['<', `${CHUNKED.replace('chunked', 'gzip')}zzz`],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/47 [odd-transfer-encoding]'],
	},
	{
		name: 'a coding that is not chunked in a request lasts to the answer',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\nzzz'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['POST /a 200 ok 52/40 [odd-transfer-encoding]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'chunked, then identity',
		turns: [
			['>', GET],
			['<', `${CHUNKED.replace('chunked', 'chunked, identity')}1\r\nx\r\n0\r\n\r\n`],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/68 [odd-transfer-encoding]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'names of headers in any case',
		turns: [
			['>', GET],
			['<', OK.replace('Content-Length', 'cONTENT-lENGTH')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40', 'GET /a 200 ok 28/40'],
	},
	...['3.0', '0.9', '01.1', '1.10'].map((version): HttpCase => {
		const sent = GET.replace('1.1', version);
		return {
			name: `a request of HTTP/${version} that is refused, first and pipelined`,
			turns: [
				['>', sent],
				['<', OK.replace('200', '505')],
				['>', `${GET}${sent}`],
				['<', `${OK}${OK.replace('200', '400')}`],
			],
			expected: [`GET /a 505 error ${sent.length}/40`, 'GET /a 200 ok 28/40', `GET /a 400 ok ${sent.length}/40`],
		};
	}),
	// What is not HTTP/1
	{ name: 'HTTP/2', turns: [['>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']], expected: [], counts: { http2Bytes: 24 } },
	{
		name: 'HTTP/0.9',
		turns: [
			['>', 'GET /a\r\n'],
			['<', 'hello'],
		],
		expected: [],
		counts: { otherBytes: 13 },
	},
	{
		name: 'another protocol',
		turns: [
			['>', '*1\r\n$4\r\nPING\r\n'],
			['<', '+PONG\r\n'],
		],
		expected: [],
		counts: { otherBytes: 21 },
	},
	{
		name: 'an answer without a request',
		turns: [['<', 'HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n']],
		ending: 'fin',
		expected: [],
		counts: { unpaired: 1 },
	},
	{
		name: 'a response that is longer than it says',
		turns: [
			['>', GET],
			['<', `${OK} and more\r\n\r\nof that`],
			['>', GET],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: Array<string>(3).fill('GET /a 200 ok 28/40'),
		counts: { unparsedBytes: 20 },
	},
	{
		name: 'a request that is longer than it says',
		turns: [
			['>', 'POST /p HTTP/1.1\r\nContent-Length: 1\r\n\r\na=b'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['POST /p 200 ok 40/40', 'GET /a 200 ok 28/40'],
		counts: { unparsedBytes: 2 },
	},
	{
		name: 'an answer that is none, then one that could be to either request',
		turns: [
			['>', GET],
			['<', 'no HTTP\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a - unknown 28/-', 'GET /a 200 ok 28/40'],
		counts: { unparsedBytes: 11 },
	},
	{
		name: 'a request line that never ends',
		turns: [['>', 'GET /a?b']],
		ending: 'fin',
		expected: ['GET /a - closed 8/-'],
	},
	{
		name: 'a request line that never ends, behind another request',
		turns: [
			['>', GET],
			['<', OK],
			['>', 'GET /a-lo'],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/40', 'GET /a-lo… - closed 9/-'],
	},
	{
		name: 'a request line that is answered before its end',
		turns: [
			['>', 'GET /a-lo'],
			['<', 'HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n'],
		],
		ending: 'fin',
		expected: ['GET /a-lo… 408 ok 9/43'],
	},
	{
		name: 'a head that is answered before its end',
		turns: [
			['>', GET],
			['<', OK],
			['>', 'POST /p HTTP/1.1\r\nHost: x\r\nX-'],
			['<', 'HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n'],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/40', 'POST /p 408 ok 29/43'],
	},
	{
		name: 'bytes that begin as a request line and do not end as one',
		turns: [
			['>', 'GET /a and b\r\n'],
			['<', 'no such thing\r\n'],
		],
		expected: [],
		counts: { otherBytes: 29 },
	},
];
