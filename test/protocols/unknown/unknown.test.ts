import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataFlag } from '../../../engine/capture/events.ts';
import { type Completeness, newCompleteness } from '../../../engine/completeness.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { UNKNOWN_FIELDS } from '../../../engine/protocols/unknown/fields.ts';
import { type Ending, eventsOf, summary as httpSummary } from '../../support/conversations.ts';
import {
	type Assembled,
	assemble,
	CLIENT_POS,
	close,
	data,
	end,
	open,
	SERVER_POS,
	type Turn,
	tick,
	turns,
} from '../../support/events.ts';
import fc from '../../support/property.ts';

const fieldOf = (exchange: Exchange, name: string): unknown =>
	UNKNOWN_FIELDS.find((field) => field.name === name)?.get(exchange);

/** `unknown "PING" -> "PONG" ok 4/4`: first bytes, outcome and sizes; of other protocols what they say. */
const summary = (exchange: Exchange): string => {
	if (exchange.protocol !== 'unknown') return httpSummary(exchange);
	const { request, response } = exchange;
	const [first, answer] = ['first_bytes', 'answer_bytes'].map((name) => JSON.stringify(fieldOf(exchange, name)));
	const words = [`unknown ${first} -> ${answer}`, exchange.outcome, `${request?.size ?? '-'}/${response?.size ?? '-'}`];
	return [...words, ...(request?.truncated || response?.truncated ? ['truncated'] : [])].join(' ');
};

const HELLO = '\x16\x03\x01\0\x05hello';
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const GET = 'GET /a HTTP/1.1\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';

interface Case {
	readonly name: string;
	readonly turns: readonly Turn[];
	readonly ending?: Ending;
	readonly expected: readonly string[];
	readonly counts?: Partial<Completeness>;
}

const CASES: readonly Case[] = [
	...[
		['TLS', HELLO, String.raw`"\u0016\u0003\u0001\u0000\u0005hello"`],
		['HTTP/2', PREFACE, JSON.stringify(PREFACE)],
		['uWSGI', '\0\0\0\0', String.raw`"\u0000\u0000\u0000\u0000"`],
	].map(
		([name = '', request = '', told = '']): Case => ({
			name: `${name}, which a server answers in HTTP/1`,
			turns: [
				['>', request],
				['<', OK],
			],
			expected: [`unknown ${told} -> ${JSON.stringify(OK)} ok ${request.length}/40`],
		}),
	),
	{
		name: 'turns are exchanges',
		turns: [
			['>', HELLO],
			['<', '\x16\x03\x03'],
			['>', '\x14'],
			['>', '\x17\x01'],
			['<', '\x17\x02'],
			['<', '\x03'],
		],
		expected: [
			String.raw`unknown "\u0016\u0003\u0001\u0000\u0005hello" -> "\u0016\u0003\u0003" ok 10/3`,
			String.raw`unknown "\u0014\u0017\u0001" -> "\u0017\u0002\u0003" ok 3/3`,
		],
	},
	{
		name: 'a word may be the beginning of a method until it is answered',
		turns: [
			['>', 'PING'],
			['<', 'PONG'],
			['>', 'PING'],
			['<', '+OK\n'],
		],
		expected: ['unknown "PING" -> "PONG" ok 4/4', String.raw`unknown "PING" -> "+OK\n" ok 4/4`],
	},
	{
		name: 'a greeting comes unasked, last words are not answered',
		turns: [
			['<', '220 mail\r\n'],
			['>', 'HELO me\r\n'],
			['<', '250 mail\r\n'],
			['>', 'QUIT now\r\n'],
		],
		ending: 'fin',
		expected: [
			String.raw`unknown "220 mail\r\n" -> null ok -/10`,
			String.raw`unknown "HELO me\r\n" -> "250 mail\r\n" ok 9/10`,
			String.raw`unknown "QUIT now\r\n" -> null unknown 10/-`,
		],
	},
	{
		name: 'a reset is a failure of who waits',
		turns: [['>', '\0\x01']],
		ending: 'reset',
		expected: [String.raw`unknown "\u0000\u0001" -> null reset 2/-`],
	},
	{
		name: 'who waits at the end of the capture waits',
		turns: [['>', '\0\x01']],
		expected: [String.raw`unknown "\u0000\u0001" -> null waiting 2/-`],
	},
	{
		name: 'HTTP behind another protocol',
		turns: [
			['>', '\x05\x01\0'],
			['<', '\x05\0'],
			['>', GET],
			['<', OK],
		],
		expected: [String.raw`unknown "\u0005\u0001\u0000" -> "\u0005\u0000" ok 3/2`, 'GET /a 200 ok 19/40'],
	},
	{
		name: 'what stands alone before HTTP is counted',
		turns: [
			['>', 'PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 19/40'],
		counts: { otherBytes: 34 },
	},
	{
		name: 'another protocol behind CONNECT',
		turns: [
			['>', 'CONNECT h:443 HTTP/1.1\r\n\r\n'],
			['<', 'HTTP/1.1 200 OK\r\n\r\n'],
			['>', HELLO],
			['<', '\x15'],
		],
		expected: [
			'CONNECT h:443 200 ok 26/19',
			String.raw`unknown "\u0016\u0003\u0001\u0000\u0005hello" -> "\u0015" ok 10/1`,
		],
	},
	{
		name: 'another protocol behind an upgrade, with its first bytes behind the answer',
		turns: [
			['>', 'POST /attach HTTP/1.1\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n'],
			['<', 'HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n$ '],
			['>', '\x03'],
		],
		ending: 'fin',
		expected: [
			'POST /attach 101 ok 58/39',
			'unknown "$ " -> null ok -/2',
			String.raw`unknown "\u0003" -> null unknown 1/-`,
		],
	},
	{
		name: 'HTTP/2',
		turns: [
			['>', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
			['<', '\0\0\0\x04\0'],
		],
		expected: [String.raw`unknown "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" -> "\u0000\u0000\u0000\u0004\u0000" ok 24/5`],
	},
	{
		name: 'what begins as a request and has no end was a wrong guess',
		turns: [
			['>', `GET / HTTP/1.1\r\n${'x'.repeat(70_000)}`],
			['>', '\x01'],
			['<', '\x02'],
		],
		expected: [String.raw`unknown "\u0001" -> "\u0002" ok 1/1`],
		counts: { unparsedBytes: 70_016, overflowed: 1 },
	},
	{
		name: 'only the first bytes are kept, sizes are exact',
		turns: [
			['>', '\0'.repeat(100_000)],
			['<', `\x01${'a'.repeat(300)}`],
		],
		expected: [
			`unknown ${JSON.stringify('\0'.repeat(256))} -> ${JSON.stringify(`\x01${'a'.repeat(255)}`)} ok 100000/301`,
		],
	},
];

for (const { name, turns, ending = 'capture', expected, counts } of CASES) {
	test(name, () => {
		const { rows, completeness } = assemble(eventsOf({ turns, ending }), { protocols: null });
		assert.deepEqual(rows.map(summary), expected);
		assert.deepEqual(completeness, { ...newCompleteness(), ...counts });
	});
}

test('roles come from the handshake', () => {
	const asked = turns([['>', HELLO]], 'server');
	const [row] = assemble([open({ established: 200, role: 'server' }), ...asked, end(1e9)], { protocols: null }).rows;
	assert.equal(row?.response, null);
	assert.equal(row?.request?.size, HELLO.length);
	assert.equal(row?.endpoint.side, 'server');
});

const quiet = (pause: number): Assembled =>
	assemble(
		[
			open({ established: 1 }),
			data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: '\0ask' }),
			data({ time: 300e6, direction: 'in', pos: SERVER_POS, bytes: '\0slow answer' }),
			data({ time: 300e6 + pause, direction: 'in', pos: SERVER_POS + 12, bytes: '\0news' }),
			tick(900e6),
			tick(2e9),
		],
		{ protocols: null },
	);

test('an answer is over when nothing more comes of it; what comes then is unasked', () => {
	const first = String.raw`unknown "\u0000ask" -> "\u0000slow answer`;
	const { rows, ticks } = quiet(500e6);
	assert.deepEqual(rows.map(summary), [`${first}" ok 4/12`, String.raw`unknown "\u0000news" -> null ok -/5`]);
	assert.deepEqual(
		rows.map(({ startTime, endTime }) => [startTime, endTime]),
		[
			[1e6, 300e6],
			[800e6, 800e6],
		],
	);
	assert.deepEqual(ticks, [
		{ now: 900e6, rows: 1 },
		{ now: 2e9, rows: 2 },
	]);
	assert.deepEqual(quiet(50e6).rows.map(summary), [String.raw`${first}\u0000news" ok 4/17`]);
});

test('bytes of the middle of a message of HTTP are not shown as another protocol', () => {
	const turns: Turn[] = [
		['<', 'rest of a body\r\n'],
		['>', GET],
		['<', OK],
	];
	const { rows, completeness } = assemble([open({ role: 'client' }), ...eventsOf({ turns }).slice(1)], {
		protocols: null,
	});
	assert.deepEqual(rows.map(summary), ['GET /a 200 ok 19/40']);
	assert.equal(completeness.otherBytes, 16);
});

test('lost bytes belong to the turn they stand in', () => {
	const { rows, completeness } = assemble(
		[
			open({ established: 1 }),
			data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: '\0\x01', len: 1000 }),
			data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes: '\x02' }),
			close(3e6),
			end(4e6),
		],
		{ protocols: null },
	);
	assert.deepEqual(rows.map(summary), [String.raw`unknown "\u0000\u0001" -> "\u0002" ok 1000/1 truncated`]);
	assert.deepEqual(completeness, { ...newCompleteness(), gaps: 1, gapBytes: 998 });
});

test('a turn of which no byte was captured is of the process that sent it; of lost ones those tell that are there', () => {
	const owners = (...turn: readonly Buffer[]) =>
		assemble([open({ established: 1, role: 'client' }), ...turn, close(3e6), end(4e6)], { protocols: null }).rows.map(
			({ owner }) => owner?.pid,
		);
	const sendfile = DataFlag.elsewhere | DataFlag.noFill;
	const sent = data({ time: 1e6, direction: 'out', pos: CLIENT_POS, len: 1000, flags: sendfile, tgid: 200 });
	assert.deepEqual(owners(sent), [200]);
	assert.deepEqual(
		owners(data({ time: 2e6, direction: 'out', pos: CLIENT_POS + 1000, bytes: '\0', tgid: 200 })),
		[200],
	);
});

test('who does not ask for it does not get it', () => {
	const turns: Turn[] = [['>', 'PING now']];
	const { rows, completeness } = assemble(eventsOf({ turns }), { protocols: ['http'] });
	assert.deepEqual(rows, []);
	assert.equal(completeness.otherBytes, 8);
});

test('every byte of an orderly conversation is in one message, or counted; HTTP is the same with it and without', () => {
	const words = fc.constantFrom('PING', 'PONG\r\n', '\0\x01\x02', GET, OK, 'GET', '\r\n', 'a b c\r\n');
	const turn = fc.tuple(fc.constantFrom<'>' | '<'>('>', '<'), words);
	fc.assert(
		fc.property(
			fc.array(turn, { maxLength: 12 }),
			fc.constantFrom<Ending>('capture', 'fin', 'reset'),
			(turns, ending) => {
				const events = eventsOf({ turns, ending });
				const { rows, completeness } = assemble(events, { protocols: null });
				const ofHttp = rows.filter(({ protocol }) => protocol === 'http').map(summary);
				assert.deepEqual(ofHttp, assemble(events, { protocols: ['http'] }).rows.map(summary));
				if (ofHttp.length > 0 || completeness.unparsedBytes + completeness.unpaired > 0) return;
				const sizes = rows.map(({ request, response }) => (request?.size ?? 0) + (response?.size ?? 0));
				const shown = sizes.reduce((sum, size) => sum + size, 0);
				assert.equal(
					shown + completeness.otherBytes + completeness.tlsBytes + completeness.http2Bytes,
					turns.reduce((sum, [, text]) => sum + text.length, 0),
				);
			},
		),
		{ numRuns: 1000 },
	);
});

test('who asks for nothing else gets no HTTP: the others were asked what it is', () => {
	const rowsOf = (said: readonly Turn[]): readonly Exchange[] =>
		assemble(eventsOf({ turns: said }), { protocols: ['unknown'] }).rows;
	assert.deepEqual(
		rowsOf([
			['>', GET],
			['<', OK],
		]).map(summary),
		[],
	);
	assert.equal(
		rowsOf([
			['>', HELLO],
			['<', '\x16'],
		]).length,
		1,
	);
});

for (const asked of [['unknown'], ['websocket'], ['websocket', 'unknown']])
	test(`who asks for ${asked.join(', ')} misses nothing of large bodies of HTTP: nobody reads them`, () => {
		const part = 'x'.repeat(32_768);
		const said: readonly Turn[] = [
			['>', GET],
			['<', `HTTP/1.1 200 OK\r\nContent-Length: ${50 * part.length}\r\n\r\n`],
			...Array.from({ length: 50 }, (): Turn => ['<', part]),
		];
		const truncated = (protocols: readonly string[]): number =>
			assemble(eventsOf({ turns: said }), { protocols }).completeness.truncated;
		assert.equal(truncated(['http', 'unknown']), 1);
		assert.equal(truncated(asked), 0);
	});

test('who asks for WebSocket alone misses no answer to a request from before the capture', () => {
	const [, ...events] = eventsOf({ turns: [['<', OK]] });
	for (const protocols of [['http'], ['websocket']]) {
		const { completeness } = assemble([open(), ...events], { protocols });
		assert.deepEqual([completeness.earlier, completeness.unpaired], [1, 0]);
	}
});
