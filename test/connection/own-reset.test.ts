import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Header, StateFlag } from '../../engine/capture/events.ts';
import { assemble, CLIENT_POS, close, data, end, open, SERVER_POS, state } from '../support/events.ts';

/* A process that resets its connection, as with SO_LINGER of 0 or with bytes that it has not read: no FIN and no error. */

const [FIN_WAIT_1, FIN_WAIT_2, CLOSE, CLOSE_WAIT] = [4, 5, 7, 8];
const ETIMEDOUT = 110;
const GET = 'GET / HTTP/1.1\r\n\r\n';
const NO_LENGTH = 'HTTP/1.1 200 OK\r\n\r\nsome';
const TOO_SHORT = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome';
const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome';

/** How the exchange of a connection ends that goes through these states. */
const outcomeOf = (role: 'client' | 'server', answer: string, states: readonly number[]): string | undefined => {
	const isServer = role === 'server';
	const [inPos, outPos] = isServer ? [CLIENT_POS, SERVER_POS] : [SERVER_POS, CLIENT_POS];
	const [inText, outText] = isServer ? [GET, answer] : [answer, GET];
	const [inEnd, outEnd] = [inPos + inText.length, outPos + outText.length];
	const said = [
		data({ time: 1e6, direction: 'in', pos: inPos, bytes: inText }),
		data({ time: 2e6, direction: 'out', pos: outPos, bytes: outText }),
	];
	const { rows } = assemble([
		open({ role, opened: 100, established: 200 }),
		...(isServer ? said : said.toReversed()),
		...states.map((newState, i) => state({ time: 3e6 + i, newState, inEnd, outEnd })),
		close(4e6),
		end(5e6),
	]);
	return rows[0]?.outcome;
};

for (const [role, name, answer, states, expected] of [
	['server', 'an answer without a length', NO_LENGTH, [CLOSE], 'reset'],
	['server', 'the same, where the client has sent its FIN', NO_LENGTH, [CLOSE_WAIT, CLOSE], 'reset'],
	['server', 'half an answer', TOO_SHORT, [CLOSE], 'reset'],
	['server', 'a whole answer', WHOLE, [CLOSE], 'ok'],
	['server', 'an orderly end of an answer without a length', NO_LENGTH, [FIN_WAIT_1, FIN_WAIT_2, CLOSE], 'ok'],
	['client', 'half an answer', TOO_SHORT, [CLOSE], 'closed'],
	['client', 'a whole answer', WHOLE, [CLOSE], 'ok'],
] as const)
	test(`the ${role} itself ends ${name}: ${expected}`, () => assert.equal(outcomeOf(role, answer, states), expected));

for (const [name, flags, outcome, endTime] of [
	['has let go of its connection', StateFlag.letGo, 'closed', 3e6],
	['waits', 0, 'timeout', 9e9],
] as const)
	test(`the kernel gives a connection up whose process ${name}: ${outcome}`, () => {
		const ends = { newState: FIN_WAIT_1, inEnd: 0, outEnd: CLIENT_POS + GET.length };
		const left = state({ time: 3e6, ...ends });
		left[Header.flags] = flags;
		const { rows } = assemble([
			open({ opened: 100, established: 200 }),
			data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: GET }),
			left,
			state({ time: 9e9, ...ends, newState: CLOSE, error: ETIMEDOUT }),
			close(9e9, 1, ETIMEDOUT),
			end(10e9),
		]);
		assert.deepEqual([rows[0]?.outcome, rows[0]?.endTime], [outcome, endTime]);
	});
