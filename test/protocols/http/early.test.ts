import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { summary } from '../../support/conversations.ts';
import { assemble, CLIENT_POS, close, data, end, open, SERVER_POS, state } from '../../support/events.ts';

/* A server that answers before the request is complete and ends the connection, while the client still sends. */

const CLOSE_WAIT = 8;
const LENGTH = 'POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n';
const CHUNKS = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n';
const TOO_LARGE = 'HTTP/1.1 413 No\r\nConnection: close\r\n\r\n';

for (const [name, head] of [
	['a length', LENGTH],
	['chunks', CHUNKS],
] as const)
	test(`what comes of a body of ${name} behind the end of the answer is not told as lost`, () => {
		const inEnd = SERVER_POS + TOO_LARGE.length;
		const { rows, completeness } = assemble([
			open({ opened: 100, established: 200 }),
			data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: `${head}some` }),
			data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes: TOO_LARGE }),
			state({ time: 3e6, newState: CLOSE_WAIT, inEnd }),
			data({ time: 4e6, direction: 'out', pos: CLIENT_POS + head.length + 4, bytes: 'GET / HTTP/1.1\r\n\r\n' }),
			close(5e6),
			end(6e6),
		]);
		assert.deepEqual(rows.map(summary), [`POST / 413 ok ${head.length + 4}/${TOO_LARGE.length}`]);
		assert.deepEqual(completeness, newCompleteness());
	});
