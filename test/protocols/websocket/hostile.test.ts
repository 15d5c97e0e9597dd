import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { DataFlag } from '../../../engine/capture/events.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { http } from '../../../engine/protocols/http/module.ts';
import type { Chunk, ParserHost } from '../../../engine/protocols/protocol.ts';
import {
	type Assembled,
	assemble,
	CLIENT_POS,
	data,
	end,
	open,
	SERVER_POS,
	state,
	type Turn,
	turns,
} from '../../support/events.ts';
import fc from '../../support/property.ts';
import { frame, handshake, MASK, Op, summary } from '../../support/websocket.ts';

const mask = MASK;
const WHOLE = handshake('permessage-deflate');
const lengthOf = (direction: '>' | '<'): number =>
	WHOLE.reduce((sum, [to, text]) => sum + (to === direction ? text.length : 0), 0);

interface Piece {
	readonly direction: 'in' | 'out';
	readonly bytes: Uint8Array;
	/** Bytes that were there and not captured. */
	readonly missing?: number;
}

/** What comes of pieces behind a handshake that agrees to compression. */
const after = (pieces: readonly Piece[], options: { bodyBytes?: number } = {}): Assembled => {
	const pos = { in: SERVER_POS + lengthOf('<'), out: CLIENT_POS + lengthOf('>') };
	const events = [open({ established: 1 }), ...turns(WHOLE)];
	let time = 1e9;
	// Where bodies are not asked for, what is missing was left out.
	const flags = options.bodyBytes === 0 ? DataFlag.cut : 0;
	for (const { direction, bytes, missing = 0 } of pieces) {
		time += 1e6;
		events.push(data({ time, direction, pos: pos[direction], bytes, len: bytes.length + missing, flags }));
		pos[direction] += bytes.length + missing;
	}
	return assemble([Buffer.concat([...events, end(time + 1e9)])], { protocols: ['websocket'], ...options });
};

const received = (bytes: Uint8Array, missing = 0): Piece => ({ direction: 'in', bytes, missing });

test('what was not captured of a payload is known, and no more', () => {
	const message = frame(Op.text, 'x'.repeat(1000));
	const { rows } = after([received(message.subarray(0, 200), message.length - 200), received(frame(Op.text, 'next'))]);
	assert.deepEqual(rows.map(summary), [`< text 1000 ${JSON.stringify('x'.repeat(196))} truncated`, '< text 4 "next"']);
	const heads = after([received(message.subarray(0, 200), message.length - 200), received(frame(Op.text, 'next'))], {
		bodyBytes: 0,
	});
	assert.deepEqual(heads.rows.map(summary), ['< text 1000', '< text 4']);
	assert.deepEqual(heads.completeness, newCompleteness());
});

test('frames that were left out by budget are counted as bytes that were not read', () => {
	const many = Buffer.concat(Array<Buffer>(10).fill(frame(Op.text, 'abc')));
	const options = { bodyBytes: 0 };
	const { rows, completeness } = after([received(many.subarray(0, 22), 28), received(frame(Op.ping, ''))], options);
	assert.deepEqual(rows.map(summary), [...Array<string>(4).fill('< text 3'), '< text 3', '< ping 0']);
	assert.deepEqual(completeness, { ...newCompleteness(), unparsedBytes: 25 });
});

test('frames behind a gap are found again by an event of whole frames', () => {
	const { rows, completeness } = after([
		received(frame(Op.text, 'begun', { fin: false }), 7),
		received(frame(Op.text, 'not the beginning').subarray(0, 8)),
		received(Buffer.concat([frame(Op.text, 'a'), frame(Op.ping, '')])),
		{ direction: 'out', bytes: frame(Op.text, 'b', { mask }) },
	]);
	assert.deepEqual(rows.map(summary), ['< text 5 "begun" unknown', '< text 1 "a"', '< ping 0', '> text 1 "b"']);
	assert.deepEqual(completeness, { ...newCompleteness(), gaps: 1, gapBytes: 7, unparsedBytes: 8 });
});

test('behind a message that is missing, compressed ones that refer to it cannot be read', () => {
	const hello = Buffer.from('c107f248cdc9c90700', 'hex');
	const again = Buffer.from('c105f200110000', 'hex');
	const whole = after([received(hello), received(frame(Op.text, 'a'), 7), received(again)]);
	assert.deepEqual(whole.rows.map(summary), ['< text 7 "Hello"', '< text 1 "a"', '< text 5 truncated']);
	const { rows } = after([
		received(hello),
		received(hello.subarray(0, 4), 5),
		received(again),
		received(frame(Op.text, 'a')),
	]);
	assert.deepEqual(rows.map(summary), [
		'< text 7 "Hello"',
		'< text 7 "H" truncated',
		'< text 5 truncated',
		'< text 1 "a"',
	]);
});

test('a bomb is not read, and nothing behind it that refers to it', () => {
	const bomb = deflateRawSync(Buffer.alloc(64 << 20), { level: 9 });
	const { rows } = after([
		received(frame(Op.binary, bomb, { rsv1: true })),
		received(frame(Op.text, deflateRawSync('a'), { rsv1: true })),
	]);
	assert.deepEqual(rows.map(summary), [`< binary ${bomb.length} truncated`, '< text 3 truncated']);
	const large = deflateRawSync(Buffer.alloc(4 << 20, 'a'));
	const kept = after([received(frame(Op.binary, large, { rsv1: true }))]).rows[0]?.response;
	assert.equal(kept?.body?.length, 1 << 20);
	assert.equal(kept?.truncated, true);
});

test('lengths without end keep no more than is allowed', () => {
	const endless = Buffer.from('827f001fffffffffffff', 'hex');
	const { rows, completeness } = after([received(endless), ...Array<Piece>(40).fill(received(Buffer.alloc(1 << 16)))]);
	assert.deepEqual(rows.map(summary), [`< binary ${40 << 16} waiting truncated`]);
	assert.equal(rows[0]?.response?.body?.length, 1 << 20);
	assert.equal(completeness.truncated, 1);
	const beyond = after([received(Buffer.from('827fffffffffffffffff', 'hex'))]);
	assert.deepEqual(beyond.rows, []);
	assert.equal(beyond.completeness.unparsedBytes, 10);
});

test('the end of one direction ends its message, not those of the other', () => {
	const inEnd = SERVER_POS + lengthOf('<') + 2;
	const { rows } = assemble(
		[
			open({ established: 1 }),
			...turns([...WHOLE, ['>', frame(Op.text, 'ab', { mask, fin: false })], ['<', Buffer.of(0x82, 5)]]),
			state({ time: 2e9, newState: 8, inEnd }),
			end(3e9),
		],
		{ protocols: ['websocket'] },
	);
	assert.deepEqual(
		rows.map((row) => `${summary(row)} ${row.endTime}`),
		['< binary 0 closed 2000000000', '> text 2 "ab" waiting 3000000000'],
	);
});

test('all bytes of a header that is none are counted', () => {
	const { rows, completeness } = after([received(Buffer.of(0x83)), received(Buffer.of(5, 0, 0))]);
	assert.deepEqual(rows, []);
	assert.equal(completeness.unparsedBytes, 4);
});

test('fragments without end are one message', () => {
	const fragments = Buffer.concat(Array<Buffer>(100_000).fill(frame(Op.continuation, '', { fin: false })));
	const { rows } = after([received(frame(Op.text, 'a', { fin: false })), received(fragments)]);
	assert.deepEqual(rows.map(summary), ['< text 1 "a" 100001 frames waiting']);
});

const piece = fc.oneof(
	fc.uint8Array({ maxLength: 40 }),
	fc
		.record({
			opcode: fc.constantFrom(0, 1, 2, 3, 8, 9),
			payload: fc.uint8Array({ maxLength: 130 }),
			fin: fc.boolean(),
			rsv1: fc.boolean(),
			masked: fc.boolean(),
		})
		.map(({ opcode, payload, masked, ...flags }) => frame(opcode, payload, { ...flags, ...(masked && { mask }) })),
);

test('no frames and no bytes throw, hang or grow', () => {
	const pieces = fc.array(
		fc.record({
			direction: fc.constantFrom('in', 'out'),
			bytes: piece,
			missing: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(1000)),
		}),
		{ maxLength: 20 },
	);
	fc.assert(
		fc.property(pieces, fc.constantFrom(0, 10, Number.POSITIVE_INFINITY), (steps, bodyBytes) => {
			const { rows } = after(
				steps.map((step) => ({ ...step, direction: step.direction === 'in' ? 'in' : 'out' })),
				{ bodyBytes },
			);
			const sent = steps.reduce((sum, { bytes, missing }) => sum + bytes.length + missing, 0);
			const sizes = rows.map(({ request, response }) => (request ?? response)?.size ?? 0);
			assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= sent);
			for (const row of rows) {
				const { body } = row.request ?? row.response ?? {};
				assert.ok((body?.length ?? 0) <= Math.max(bodyBytes, 125));
				assert.ok(row.endTime >= row.startTime && summary(row).length > 0);
			}
		}),
		{ numRuns: 2000 },
	);
});

/** What the HTTP module gives of a conversation on a host that wants these protocols. */
const byHttp = (conversation: readonly Turn[], wanted: readonly string[] | null): string[] => {
	const rows: Exchange[] = [];
	const host: ParserHost = {
		endpoint: {
			conn: 'c',
			side: 'client',
			localIp: '',
			localPort: 1,
			remoteIp: '',
			remotePort: 2,
			netns: 1,
			connectTime: null,
		},
		bodyBytes: Number.POSITIVE_INFINITY,
		completeness: newCompleteness(),
		process: () => null,
		emit: (exchange) => rows.push(exchange),
		...(wanted !== null && { wants: (protocol: string) => wanted.includes(protocol) }),
	};
	const parser = http.open(host, 'out', true);
	const pos = { '>': 1, '<': 1 };
	for (const [i, [to, text]] of conversation.entries()) {
		const bytes = Buffer.from(text);
		const chunk: Chunk = {
			bytes,
			start: 0,
			end: bytes.length,
			lastEvent: 0,
			lastEventTime: 0,
			pos: pos[to],
			firstTime: i,
			lastTime: i,
			tgid: 1,
		};
		assert.equal(parser.data(to === '>' ? 'out' : 'in', chunk, false), bytes.length);
		pos[to] += bytes.length;
	}
	parser.close('closed', 100);
	return rows.map((row) => {
		if (row.protocol !== 'websocket') return `${row.protocol} ${row.status} ${row.request?.size}`;
		return `${summary(row)} at ${(row.request ?? row.response)?.pos}`;
	});
};

test('the upgrade is an exchange of HTTP; messages come where they are wanted', () => {
	const [ask, [, answer]] = handshake() as [Turn, Turn];
	const conversation: Turn[] = [
		ask,
		['<', Buffer.concat([Buffer.from(answer), frame(Op.text, 'a')])],
		['>', frame(Op.text, 'b', { mask })],
	];
	const upgrade = `http 101 ${ask[1].length}`;
	const [first, second] = [`< text 1 "a" at ${1 + answer.length}`, `> text 1 "b" at ${1 + ask[1].length}`];
	assert.deepEqual(byHttp(conversation, ['http', 'websocket']), [upgrade, first, second]);
	assert.deepEqual(byHttp(conversation, ['http']), [upgrade]);
	assert.deepEqual(byHttp(conversation, null), [upgrade, first, second]);
});
