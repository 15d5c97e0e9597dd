import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import { exchangeDocument, exchangeText } from '../../engine/output/document.ts';
import { assemble, CLIENT_POS, data, end, interfaceName, open, SERVER_POS } from '../support/events.ts';
import { exchange } from '../support/exchanges.ts';

const clock = wallClock({ startWall: 1_767_323_045_000_000_001n });

const stages = { queued: 1100, queuedEnd: 1100, sent: 1200, sentEnd: 1200, interface: 3, rtt: 40 };

/** What is made of a request with stages and its response. */
const assembled = (request: string, response: string): readonly Exchange[] =>
	assemble(
		[
			open({ opened: 1, established: 2 }),
			interfaceName(7, 3, 'eth0'),
			data({ time: 1300, start: 1000, direction: 'out', pos: CLIENT_POS, bytes: request, stages }),
			data({ time: 6000, direction: 'in', pos: SERVER_POS, bytes: response }),
			end(9000),
		],
		{ protocols: null },
	).rows;

const CASES: Readonly<Record<string, readonly Exchange[]>> = {
	'a plain exchange': [exchange()],
	'no answer': [exchange({ status: null })],
	'text to be escaped': [exchange({ target: '/"a\\b\u007f\u2028', body: '"\u0000\ud800\n' })],
	'numbers that are none': [exchange({ latency: Number.NaN, responseSize: Number.POSITIVE_INFINITY })],
	'a fraction, and less than nothing': [exchange({ at: 0.5, latency: -0.25 })],
	stages: assembled('GET / HTTP/1.1\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
	'no protocol': assembled('\u0001\u0002', '\u0003'),
};

for (const [what, exchanges] of Object.entries(CASES)) {
	test(`the text of the document is that of its object: ${what}`, () => {
		assert.ok(exchanges.length > 0);
		for (const one of exchanges) assert.equal(exchangeText(one, clock), JSON.stringify(exchangeDocument(one, clock)));
	});
}

for (const [what, body, expected] of [
	['text that is cut within a character', Buffer.from('grün €').subarray(0, -1), 'grün \ufffd'],
	['text in ISO 8859-1 that ends with such a byte', Buffer.from('caf\xe9', 'latin1'), 'café'],
	['the same beside another', Buffer.from('d\xe9j\xe0', 'latin1'), 'déjà'],
	['bytes that are no text', Buffer.from([0xc3, 0xa4, 0xff, 0xc3]), 'Ã¤ÿÃ'],
] as const) {
	test(`a body without a character set: ${what}`, () => {
		const head = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n';
		const [one] = assembled('GET / HTTP/1.1\r\n\r\n', head + body.toString('latin1'));
		assert.ok(one);
		assert.equal(JSON.parse(exchangeText(one, clock)).response, head + expected);
	});
}
