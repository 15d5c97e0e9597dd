import assert from 'node:assert/strict';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { HttpExchange } from '../../engine/protocols/http/exchange.ts';
import { fieldOf } from '../support/conversations.ts';
import { compareWithZeek, type Difference, type Line, toLine } from './zeek.ts';

const DIFFERENCES: Readonly<Record<string, Difference>> = {
	'http-09-content-length-confusion': {
		reason:
			'a request without a version is HTTP/0.9, which is no HTTP/1 message (RFC 9112, 3); a response that came before any request answers none: both are counted, not shown',
		ours: [],
	},
	'http-bad-request-with-version': {
		reason:
			'a blank before the method is no request line (RFC 9112, 3), so the response has no request: both are counted, not shown',
		ours: [],
	},
	'http-filename': {
		reason: 'Zeek decodes the percent signs of a target; ours is as it was sent, for what a server makes of it differs',
		ours: [
			{
				method: 'GET',
				host: 'httpbin.org',
				uri: '/response-headers?Content-Type=application/octet-stream;%20charset=UTF-8&Content-Disposition=attachment;%20filename%3d%22test.json%22',
				status_code: '200',
				request_body_len: '0',
				response_body_len: '191',
			},
		],
	},
	'no-version': {
		reason:
			'a request without a version is HTTP/0.9, which is no HTTP/1 message (RFC 9112, 3): its bytes are counted as of another protocol',
		ours: [],
	},
};

const lengthOf = (body: Uint8Array | null | undefined): string => `${body?.length ?? 0}`;

const lineOf = (exchange: Exchange): Line => {
	assert.ok(exchange instanceof HttpExchange);
	const { request, response } = exchange;
	return toLine({
		method: request.start.method,
		host: fieldOf(exchange, 'host'),
		uri: request.start.target,
		status_code: exchange.status,
		request_body_len: lengthOf(request.body),
		response_body_len: lengthOf(response?.body),
	});
};

compareWithZeek({
	protocol: 'http',
	title: 'HTTP',
	compared: ['method', 'host', 'uri', 'status_code', 'request_body_len', 'response_body_len'],
	differences: DIFFERENCES,
	linesOf: ({ rows }) => rows.map(lineOf),
});
