import { CHUNKED, GET, type HttpCase, OK } from './case.ts';

export const MESSAGES_CASES: readonly HttpCase[] = [
	// Messages and their bodies (RFC 9112, 6)
	{
		name: 'a request and its answer',
		turns: [
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40'],
		body: 'hi',
	},
	{
		name: 'keep-alive: one after the other',
		turns: [
			['>', GET],
			['<', OK],
			['>', GET.replace('/a', '/b')],
			['<', OK.replace('200 OK', '404 No')],
		],
		expected: ['GET /a 200 ok 28/40', 'GET /b 404 ok 28/40'],
	},
	{
		name: 'pipelined requests are paired in order',
		turns: [
			['>', ['/1', '/2', '/3', '/4', '/5'].map((path) => GET.replace('/a', path)).join('')],
			['<', ['200', '404', '500', '201', '302'].map((status) => OK.replace('200', status)).join('')],
		],
		expected: [
			'GET /1 200 ok 28/40',
			'GET /2 404 ok 28/40',
			'GET /3 500 error 28/40',
			'GET /4 201 ok 28/40',
			'GET /5 302 ok 28/40',
		],
	},
	{
		name: 'any method first',
		turns: [
			['>', 'PUT /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc'],
			['<', 'HTTP/1.1 204 No Content\r\n\r\n'],
		],
		expected: ['PUT /a 204 ok 41/27'],
		body: null,
	},
	{
		name: 'a method that nobody knows',
		turns: [
			['>', GET.replace('GET', 'X-FROB!')],
			['<', OK],
		],
		expected: ['X-FROB! /a 200 ok 32/40'],
	},
	{
		name: 'HEAD has no body, whatever its length says',
		turns: [
			['>', GET.replace('GET', 'HEAD')],
			['<', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['HEAD /a 200 ok 29/41', 'GET /a 200 ok 28/40'],
	},
	{
		name: '304 has no body, whatever its length says',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 304 ok 28/48', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'an empty body',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/38', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a status line without a reason',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n'],
		],
		expected: ['GET /a 200 ok 28/35'],
	},
	{
		name: 'a body delimited by close',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\n\r\nall of it'],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/28'],
		body: 'all of it',
	},
	{
		name: 'a body delimited by close is not complete while the capture ends',
		turns: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\n\r\nall of it'],
		],
		expected: ['GET /a 200 waiting 28/28'],
	},
	{
		name: 'HTTP/1.0 without a length',
		turns: [
			['>', 'GET /a HTTP/1.0\r\n\r\n'],
			['<', 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nold'],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 19/33'],
		body: 'old',
	},
	{
		name: 'empty lines before a request',
		turns: [
			['>', `\r\n\r\n${GET}`],
			['<', OK],
			['>', `\r\n${GET}`],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'absolute form, as proxies get it',
		turns: [
			['>', 'GET http://h:81/p?q HTTP/1.1\r\n\r\n'],
			['<', OK],
		],
		expected: ['GET /p 200 ok 32/40'],
	},
	{
		name: 'asterisk form',
		turns: [
			['>', 'OPTIONS * HTTP/1.1\r\n\r\n'],
			['<', OK],
		],
		expected: ['OPTIONS * 200 ok 22/40'],
	},
	{
		name: 'blanks inside a target are let pass',
		turns: [
			['>', 'GET /a b HTTP/1.1\r\n\r\n'],
			['<', OK],
		],
		expected: ['GET /a b 200 ok 21/40'],
	},
	// Chunked (RFC 9112, 7.1)
	{
		name: 'chunks',
		turns: [
			['>', GET],
			['<', `${CHUNKED}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/73', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'the body is without the framing of chunks',
		turns: [
			['>', GET],
			['<', `${CHUNKED}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/73'],
		body: 'hello world',
	},
	{
		name: 'chunk extensions and upper-case sizes',
		turns: [
			['>', GET],
			['<', `${CHUNKED}A;x="1;2"\r\n0123456789\r\n000;last\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/82'],
		body: '0123456789',
	},
	{
		name: 'trailers',
		turns: [
			['>', GET],
			['<', `${CHUNKED}1\r\nx\r\n0\r\nX-Sum: 7\r\nX-B: 8\r\n\r\n`],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/76', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a chunked request',
		turns: [
			['>', 'POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['POST /a 200 ok 61/40', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'chunks with blanks behind the size',
		turns: [
			['>', GET],
			['<', `${CHUNKED}2  \r\nhi\r\n0\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/61'],
		body: 'hi',
	},
	{
		name: 'a chunk size that is no number',
		turns: [
			['>', GET],
			['<', `${CHUNKED}zz\r\nhello`],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/56 [bad-chunk]', 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a chunk size larger than any body',
		turns: [
			['>', GET],
			['<', `${CHUNKED}ffffffffffffffffffff\r\nhello`],
		],
		ending: 'fin',
		expected: ['GET /a 200 ok 28/74 [bad-chunk]'],
	},
	{
		name: 'gzip, chunked',
		turns: [
			['>', GET],
			['<', `${CHUNKED.replace('chunked', 'gzip, chunked')}2\r\nhi\r\n0\r\n\r\n`],
		],
		expected: ['GET /a 200 ok 28/65'],
	},
];
