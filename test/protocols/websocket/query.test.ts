import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventsOf } from '../../support/conversations.ts';
import { assemble } from '../../support/events.ts';
import { planOf, rowsOf, run } from '../../support/query.ts';
import { closeFrame, frame, handshake, MASK, Op } from '../../support/websocket.ts';

const { rows } = assemble(
	eventsOf({
		turns: [
			...handshake(),
			['<', frame(Op.text, 'hello')],
			['>', frame(Op.text, 'it is me', { mask: MASK })],
			['<', closeFrame(1011, 'overload')],
		],
	}),
);

/** Queries, the rows that they give, whether they need bodies. */
const QUERIES: readonly (readonly [string, unknown[][], boolean])[] = [
	[
		'watch | stat count() by protocol | sort count',
		[
			['http', 1],
			['websocket', 3],
		],
		false,
	],
	['watch http | select status', [[101]], false],
	[
		'watch websocket where opcode == "text" | select direction, size, path',
		[
			['to_client', 5, '/chat'],
			['to_server', 8, '/chat'],
		],
		false,
	],
	['watch websocket where text ~ "me$" | select req_size, resp_size', [[14, null]], true],
	['watch websocket where failed | select code, reason, error', [[1011, 'overload', 'WebSocket 1011 overload']], false],
	['watch where path == "/chat" | stat count()', [[4]], false],
];

for (const [query, expected, needsBodies] of QUERIES) {
	test(query, async () => {
		const given = rowsOf(await run(query, [rows]));
		assert.deepEqual(given, expected);
		assert.equal((await planOf(query)).demand.bodyBytes > 0, needsBodies);
	});
}

test('an empty text is a text', async () => {
	const { rows: empty } = assemble(eventsOf({ turns: [...handshake(), ['<', frame(Op.text, '')]] }));
	assert.deepEqual(rowsOf(await run('watch websocket | select size, text', [empty])), [[0, '']]);
});
