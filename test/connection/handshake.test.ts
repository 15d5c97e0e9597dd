import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Open } from '../../engine/capture/events.ts';
import { assemble, CLIENT_POS, close, data, end, open, SERVER_POS, START_MONO, state } from '../support/events.ts';

/* A connection that is told of while its handshake lasts, as where the SYN was lost and the table of connections looks. */

const [ESTABLISHED, SYN_SENT] = [1, 2];
const GET = 'GET / HTTP/1.1\r\n\r\n';
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome';

/** `openedAt`: when its SYN was sent; null: before the capture. */
const waiting = (openedAt: number | null, outBefore = 0): Buffer => {
	const buffer = open({ inPos: 0 });
	buffer[Open.state] = SYN_SENT;
	if (openedAt !== null) buffer.writeBigUInt64LE(START_MONO + BigInt(openedAt), Open.openedAt);
	buffer.writeBigUInt64LE(BigInt(outBefore), Open.outBefore);
	return buffer;
};

const talk = (opened: Buffer, answerPos = SERVER_POS) =>
	assemble([
		opened,
		state({ time: 1e9, newState: ESTABLISHED, inEnd: SERVER_POS, outEnd: CLIENT_POS }),
		data({ time: 2e9, direction: 'out', pos: CLIENT_POS, bytes: GET + GET }),
		data({ time: 3e9, direction: 'in', pos: answerPos, bytes: ANSWER }),
		data({ time: 4e9, direction: 'in', pos: answerPos + ANSWER.length, bytes: ANSWER }),
		close(5e9),
		end(6e9),
	]);

for (const [name, opened, connectTime] of [
	['during the capture', 1e6, 1e9 - 1e6],
	['before the capture', null, null],
] as const)
	test(`requests in a row on a connection that was told of before it was made, ${name}, have their answers`, () => {
		const { rows, completeness } = talk(waiting(opened));
		assert.deepEqual(
			rows.map(({ outcome, endpoint }) => [outcome, endpoint.connectTime]),
			[
				['ok', connectTime],
				['ok', connectTime],
			],
		);
		assert.equal(completeness.unpaired, 0);
	});

test('a first answer of which nothing was seen is a gap there, too', () => {
	const { completeness } = talk(waiting(1e6), SERVER_POS + ANSWER.length);
	assert.deepEqual([completeness.gaps, completeness.gapBytes], [1, ANSWER.length]);
});

test('what was sent with the SYN, before it was told of, may have been a request', () => {
	const { rows } = talk(waiting(1e6, GET.length));
	assert.deepEqual(
		rows.map(({ outcome }) => outcome),
		['unknown', 'unknown'],
	);
});
