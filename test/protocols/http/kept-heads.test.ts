import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import { HTTP_FIELDS } from '../../../engine/protocols/http/fields.ts';
import { eventsOf, fieldOf } from '../../support/conversations.ts';
import { assemble } from '../../support/events.ts';
import { message, plain } from '../../support/http.ts';
import { planOf } from '../../support/query.ts';

const MASKED_HI = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]);

/** Exchanges in which every field says something, and then an upgrade. */
const EVENTS = eventsOf({
	turns: [
		[
			'>',
			message(
				[
					'POST https://shop.example/api/orders/7?page=2&q=a HTTP/1.0',
					'Host: shop.example',
					'User-Agent: curl',
					'Content-Type: application/x-www-form-urlencoded',
					'Cookie: theme=dark',
					'X-Request-Id: r1',
					'Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
					'X-Folded: a',
					' b',
				],
				'color=red',
			),
		],
		['<', message(['HTTP/1.1 503 Come Back', 'Content-Type: text/plain', 'Set-Cookie: id=7'], 'later')],
		['>', message(['GET /graphql?query=query%20A%7Ba%7D HTTP/1.1', 'Host: shop.example'])],
		['<', message(['HTTP/1.1 200 OK', 'Content-Type: application/json', 'Content-Encoding: identity'], '{}')],
		['>', 'GET /chat?a=1 HTTP/1.1\r\nHost: chat\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
		['<', 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'],
		['>', MASKED_HI],
	],
});

const names = [...new Set([...COMMON_FIELDS, ...HTTP_FIELDS].map(({ name }) => name))];

for (const name of names) {
	test(`of heads so much is kept that ${name} is as with all of them`, async () => {
		const { demand } = await planOf(`watch http, websocket | select x = http.${name}`).catch(() =>
			planOf(`watch http, websocket | select x = ${name}`),
		);
		assert.ok(demand.fields?.includes(name));
		const valuesWith = (fields: readonly string[] | undefined): unknown[] =>
			assemble(EVENTS, { bodyBytes: demand.bodyBytes, ...(fields && { fields }) }).rows.map((row) => [
				row.protocol,
				plain(fieldOf(row, name)),
			]);
		const all = valuesWith(undefined);
		assert.equal(all.length, 4);
		assert.deepEqual(valuesWith(demand.fields), all);
	});
}

test('heads that nobody reads are not kept', () => {
	const [row] = assemble(EVENTS, { bodyBytes: 0, fields: ['status', 'resp_size'] }).rows;
	assert.equal(row?.request?.headText, '');
	assert.equal(row?.response?.headText, '');
});
