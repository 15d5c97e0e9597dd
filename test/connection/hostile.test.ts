import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summary } from '../support/conversations.ts';
import {
	assemble,
	CLIENT_POS,
	close,
	data,
	end,
	open,
	SERVER_POS,
	state,
	type Turn,
	turns,
} from '../support/events.ts';
import fc from '../support/property.ts';

const FRAGMENTS = [
	'GET /a HTTP/1.1\r\n',
	'POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\n',
	'HTTP/1.1 200 OK\r\n',
	'HTTP/1.1 100 Continue\r\n\r\n',
	'HTTP/1.1 101 Switching\r\n\r\n',
	'Transfer-Encoding: chunked\r\n',
	'Content-Length: 3\r\n',
	'Content-Length: 18446744073709551616\r\n',
	'Expect: 100-continue\r\n',
	'\r\n',
	'\n',
	' ',
	'5\r\nhello\r\n',
	'0\r\n\r\n',
	'ffffffffffffffff\r\n',
	'CONNECT h:1 HTTP/1.1\r\n\r\n',
	'hello',
	'\0\xff\x80',
] as const;

const bytes = fc.oneof(
	fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
	fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);

const EVENT = fc.oneof(
	{
		weight: 8,
		arbitrary: fc.record({
			kind: fc.constant('data'),
			direction: fc.constantFrom('in', 'out'),
			bytes,
			missing: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(100_000)),
			skip: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -50, max: 5000 })),
			flags: fc.constantFrom(0, 0, 0, 2, 4, 8, 10),
			pause: fc.constantFrom(1e3, 1e6, 3e8),
		}),
	},
	{
		weight: 1,
		arbitrary: fc.record({
			kind: fc.constant('state'),
			newState: fc.constantFrom(4, 7, 8, 9),
			error: fc.constantFrom(0, 104),
		}),
	},
);

const conversation = fc.array(EVENT, { maxLength: 30 }).map((steps) => {
	const pos = { in: SERVER_POS, out: CLIENT_POS };
	let time = 0;
	const events: Buffer[] = [];
	for (const step of steps) {
		if ('newState' in step) {
			events.push(state({ time, newState: step.newState, error: step.error, inEnd: pos.in, outEnd: pos.out }));
			continue;
		}
		const direction = step.direction === 'in' ? 'in' : 'out';
		time += step.pause;
		pos[direction] += step.skip;
		const fields = { time, direction, pos: Math.max(1, pos[direction]), bytes: step.bytes, flags: step.flags } as const;
		events.push(data({ ...fields, len: step.bytes.length + step.missing }));
		pos[direction] += step.bytes.length + step.missing;
	}
	return [...events, close(time + 1), end(time + 2)];
});

test('no bytes and no order of events throws or hangs; every request has one end', () => {
	fc.assert(
		fc.property(conversation, fc.boolean(), (events, fromStart) => {
			const opened = open(fromStart ? { established: 1 } : { role: 'unknown' });
			const options = { bodyBytes: 10, protocols: null };
			const { rows } = assemble([Buffer.concat([opened, ...events])], options);
			assert.deepEqual(rows, [...new Set(rows)]);
			for (const { request, response, endTime, startTime } of rows) {
				assert.ok(Number.isSafeInteger((request ?? response)?.size) && (response?.size ?? 1) > 0);
				assert.ok((request?.body?.length ?? 0) <= 10);
				assert.ok(endTime >= 0 && startTime >= 0);
			}
		}),
		{ numRuns: 3000 },
	);
});

test('records of nonsense are passed over', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(13), (noise, type) => {
			const record = Buffer.alloc(24 + Math.ceil(noise.length / 8) * 8);
			record.set(noise, 24);
			record.writeUInt32LE(record.length);
			record[4] = type;
			record.writeUInt32LE(1, 16);
			const { rows, ticks } = assemble([Buffer.concat([open({}), record, end(1)]), Buffer.from(noise)]);
			assert.deepEqual(rows, []);
			assert.ok(ticks.length >= 1);
		}),
	);
});

test('a size that is no size ends the batch, and is counted', () => {
	const bad = end(1);
	bad.writeUInt32LE(8);
	const { completeness, ticks } = assemble([Buffer.concat([bad, end(1)])]);
	assert.equal(completeness.unparsedBytes, 48);
	assert.deepEqual(ticks, []);
});

test('a request behind a head without a usable length is shown', () => {
	const post = 'POST /a HTTP/1.1\r\nContent-Length: 18446744073709551615\r\n\r\n';
	const { rows } = assemble([
		open({ established: 1 }),
		...turns([['>', `${post}GET /hidden HTTP/1.1\r\n\r\n`]]),
		end(1e9),
	]);
	assert.deepEqual(rows.map(summary), [
		`POST /a - waiting ${post.length}/- [bad-length]`,
		'GET /hidden - waiting 24/-',
	]);
});

/** Bytes in single events: what is linear passes at once, what is quadratic would take minutes. */
const BYTE_BY_BYTE: readonly (readonly [string, string])[] = [
	['a line without end', 'a'.repeat(300_000)],
	['a request line without end', `GET /${'a'.repeat(300_000)}`],
	['a header without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(300_000)}`],
	['headers without end', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(50_000)}`],
	['empty lines without end', '\r\n'.repeat(150_000)],
	['chunk extensions without end', `GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;${'a'.repeat(300_000)}`],
	['chunks of one byte', `GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(50_000)}`],
	['requests without answers', 'GET / HTTP/1.1\r\n\r\n'.repeat(15_000)],
];

for (const [name, text] of BYTE_BY_BYTE) {
	// In more than proportion it would take minutes, and fail by the runner's own limit.
	test(`${name}, byte by byte and whole, takes time in proportion`, () => {
		const pieces = Buffer.from(text);
		const events = [open({ established: 1 })];
		for (let i = 0; i < pieces.length; i++) {
			events.push(data({ time: i, direction: 'out', pos: CLIENT_POS + i, bytes: pieces.subarray(i, i + 1) }));
		}
		const cut = assemble([Buffer.concat([...events, end(1e9)])]);
		const whole: Turn[] = [['>', text]];
		const uncut = assemble([Buffer.concat([open({ established: 1 }), ...turns(whole), end(1e9)])]);
		assert.deepEqual(cut.rows.map(summary), uncut.rows.map(summary));
	});
}

test('a head of the largest size keeps its fields cheap', () => {
	const { rows } = assemble([
		open({ established: 1 }),
		...turns([
			['>', `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(10_000)}\r\n`],
			['<', 'HTTP/1.1 204 No\r\n\r\n'],
		]),
		end(1e9),
	]);
	assert.equal(Object.keys(rows[0]?.request?.headers?.() ?? {}).length, 1);
});

test('requests in flight and connections are bounded', () => {
	const request = 'GET / HTTP/1.1\r\n\r\n';
	const { rows, completeness } = assemble([
		open({ established: 1 }),
		...turns([['>', request.repeat(2500)]]),
		end(1e9),
	]);
	assert.equal(rows.length, 2500);
	assert.ok(completeness.overflowed >= 1000);
	const many = Array.from({ length: 65_537 }, (_, i) => open({ cookie: i + 1, localPort: i % 65_536, netns: i }));
	assert.equal(assemble([Buffer.concat([...many, end(1)])]).completeness.overflowed, 1);
});
