import assert from 'node:assert/strict';
import { newCompleteness } from '../../engine/completeness.ts';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { HttpExchange } from '../../engine/protocols/http/exchange.ts';
import { fieldOf } from '../support/conversations.ts';
import { compareWithZeek, type Line, toLine } from './zeek.ts';

/** The members of a list field as Zeek joins them. */
const listed = (value: string | null): string | null =>
	value
		?.split(',')
		.map((part) => part.trim())
		.join(',') ?? null;

/** The handshake of a connection, as Zeek logs it. */
const lineOf = (exchange: Exchange): Line => {
	assert.ok(exchange instanceof HttpExchange);
	const { request, response, endpoint } = exchange;
	return toLine({
		'id.orig_h': endpoint.localIp,
		'id.orig_p': endpoint.localPort,
		'id.resp_h': endpoint.remoteIp,
		'id.resp_p': endpoint.remotePort,
		host: fieldOf(exchange, 'host'),
		uri: request.start.target,
		user_agent: request.header('user-agent'),
		subprotocol: response?.header('sec-websocket-protocol'),
		client_protocols: listed(request.header('sec-websocket-protocol')),
		client_extensions: listed(request.header('sec-websocket-extensions')),
	});
};

compareWithZeek({
	protocol: 'websocket',
	title: 'WebSocket',
	compared: [
		'id.orig_h',
		'id.orig_p',
		'id.resp_h',
		'id.resp_p',
		'host',
		'uri',
		'user_agent',
		'subprotocol',
		'client_protocols',
		'client_extensions',
	],
	differences: {},
	linesOf: ({ rows, completeness }) => {
		// Zeek keeps no line for a message: but each has to be read, and nothing behind the handshake left over.
		assert.deepEqual(completeness, newCompleteness());
		const upgrades = rows.filter(({ protocol }) => protocol === 'http');
		for (const { endpoint } of upgrades) {
			assert.ok(rows.some((row) => row.protocol === 'websocket' && row.endpoint === endpoint && row.outcome === 'ok'));
		}
		return upgrades.map(lineOf);
	},
});
