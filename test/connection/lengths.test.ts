import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DataFlag } from '../../engine/capture/events.ts';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import { summary } from '../support/conversations.ts';
import { assemble, CLIENT_POS, data, end, open, SERVER_POS } from '../support/events.ts';
import { summary as frameSummary, handshake } from '../support/websocket.ts';

/* Lengths at the ends of what integers of 31, 32, 53, 63 and 64 bits hold, where others take them for small or negative. */

const EXACT = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 40] as const;
const TOO_LARGE = [2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n, 10n ** 30n] as const;

/** What one call may move (include/linux/fs.h, MAX_RW_COUNT, is a page less). */
const MAX_CALL = 2 ** 31 - 1;

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

type Part = readonly ['>' | '<', bytes: string | Uint8Array, missing?: number];

/** What comes of bytes and of the bytes behind each that were not asked for. */
const after = (parts: readonly Part[], protocols?: readonly string[]): ReturnType<typeof assemble> => {
	const pos = { '>': CLIENT_POS, '<': SERVER_POS };
	const events = [open({ established: 1 })];
	let time = 1e6;
	for (const [to, bytes, missing = 0] of parts) {
		const direction = to === '>' ? 'out' : 'in';
		let rest = missing;
		for (let first = true; first || rest > 0; first = false) {
			const captured = first ? bytes : '';
			const skipped = Math.min(rest, MAX_CALL - captured.length);
			const fields = { time, direction, pos: pos[to], flags: DataFlag.cut } as const;
			events.push(data({ ...fields, bytes: captured, len: captured.length + skipped }));
			pos[to] += captured.length + skipped;
			rest -= skipped;
			time += 1e6;
		}
	}
	return assemble([Buffer.concat([...events, end(time)])], { bodyBytes: 0, ...(protocols && { protocols }) });
};

const check = (parts: readonly Part[], expected: readonly string[], counts: Partial<Completeness> = {}): void => {
	const { rows, completeness } = after(parts);
	assert.deepEqual(rows.map(summary), expected);
	assert.deepEqual(completeness, { ...newCompleteness(), ...counts });
};

describe('Content-Length', () => {
	for (const length of EXACT) {
		const response = `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
		const request = `PUT /p HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`;
		test(`${length}: is exact, what follows is found`, () => {
			check(
				[
					['>', GET],
					['<', response, length],
					['>', request, length],
					['<', OK],
					['>', GET],
					['<', OK],
				],
				[
					`GET /a 200 ok 28/${response.length + length}`,
					`PUT /p 200 ok ${request.length + length}/40`,
					'GET /a 200 ok 28/40',
				],
			);
		});
	}

	for (const length of TOO_LARGE) {
		const response = `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
		test(`${length}: is none`, () => {
			check(
				[
					['>', GET],
					['<', `${response}body`],
				],
				[`GET /a 200 waiting 28/${response.length + 4} [bad-length]`],
			);
		});
	}
});

describe('size of a chunk', () => {
	const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
	for (const length of EXACT) {
		const size = `${length.toString(16)}\r\n`;
		test(`${length}: is exact, what follows is found`, () => {
			check(
				[
					['>', GET],
					['<', head + size, length],
					['<', '\r\n0\r\n\r\n'],
					['>', GET],
					['<', OK],
				],
				[`GET /a 200 ok 28/${head.length + size.length + length + 7}`, 'GET /a 200 ok 28/40'],
			);
		});
	}

	for (const length of TOO_LARGE) {
		test(`${length}: is none`, () => {
			const body = `${head}${length.toString(16)}\r\nbody`;
			check(
				[
					['>', GET],
					['<', body],
				],
				[`GET /a 200 waiting 28/${body.length} [bad-chunk]`],
			);
		});
	}
});

describe('length of a WebSocket frame', () => {
	const binary = (length: bigint): Buffer => {
		const header = Buffer.of(0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0);
		header.writeBigUInt64BE(length, 2);
		return header;
	};
	const ping = Buffer.of(0x89, 0);
	const messages = (parts: readonly Part[]): ReturnType<typeof assemble> =>
		after([...handshake(), ...parts], ['websocket']);

	for (const length of EXACT) {
		test(`${length}: is exact, what follows is found`, () => {
			const { rows, completeness } = messages([
				['<', binary(BigInt(length)), length],
				['<', ping],
			]);
			assert.deepEqual(rows.map(frameSummary), [`< binary ${length}`, '< ping 0']);
			assert.deepEqual(completeness, newCompleteness());
		});
	}

	for (const length of TOO_LARGE.filter((large) => large < 2n ** 64n)) {
		test(`${length}: is none, and counted`, () => {
			const { rows, completeness } = messages([['<', binary(length)]]);
			assert.deepEqual(rows, []);
			assert.deepEqual(completeness, { ...newCompleteness(), unparsedBytes: 10 });
		});
	}
});
