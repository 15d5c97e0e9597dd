import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataFlag } from '../../engine/capture/events.ts';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import { bodyOf, summary } from '../support/conversations.ts';
import {
	assemble,
	CLIENT_POS,
	close,
	type DataEventFields,
	data,
	end,
	open,
	SERVER_POS,
	state,
	tick,
} from '../support/events.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const TCP_CLOSE = 7;
const ECONNRESET = 104;
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
/** A request that begins a chunk of 32 KiB. */
const CHUNKS = 'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n8000\r\n';
const GONE = 'HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n';

/** `['>', bytes, missing]`: bytes sent, with `missing` bytes behind them that were not captured; `'hole'`: no event. */
type Part = readonly ['>' | '<', string, number?, 'hole'?];

interface Case {
	readonly name: string;
	readonly parts: readonly Part[];
	/** Only heads were asked for: what is missing in an event was left out. */
	readonly heads: boolean;
	readonly bodyBytes?: number;
	/** Nothing is known of what came before. */
	readonly midway?: boolean;
	/** The server resets the connection. */
	readonly reset?: boolean;
	readonly expected: readonly string[];
	readonly body?: string | null;
	readonly counts?: Partial<Completeness>;
}

const HEADS = { heads: true, bodyBytes: 0 };
const ALL = { heads: false };

const eventsOf = ({ parts, midway, heads, reset }: Case): Buffer[] => {
	const pos = { '>': CLIENT_POS, '<': SERVER_POS };
	const events = [open(midway ? { role: 'unknown' } : { established: 1 })];
	let time = 1e6;
	for (const [direction, bytes, missing = 0, hole] of parts) {
		const fields: DataEventFields = { time, direction: direction === '>' ? 'out' : 'in', pos: pos[direction], bytes };
		if (hole === undefined || bytes !== '') {
			const isCut = heads && missing > 0 && hole === undefined;
			const flags = isCut ? DataFlag.cut : 0;
			events.push(data({ ...fields, len: bytes.length + (hole === undefined ? missing : 0), flags }));
		}
		pos[direction] += bytes.length + missing;
		time += 1e6;
	}
	const [inEnd, outEnd] = [pos['<'], pos['>']];
	if (reset) events.push(state({ time, newState: TCP_CLOSE, error: ECONNRESET, inEnd, outEnd }), close(time));
	return [...events, tick(time + 3e8), end(time + 4e8)];
};

const CASES: readonly Case[] = [
	{
		name: 'a large body of known length is skipped exactly',
		...HEADS,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 100000').slice(0, -2), 99_984],
			['<', 'x'.repeat(16)],
			['>', GET],
			['<', OK],
		],
		expected: [`GET /a 200 ok 28/${43 + 100_000}`, 'GET /a 200 ok 28/40'],
		body: null,
	},
	{
		name: 'a large request is skipped exactly',
		...HEADS,
		parts: [
			['>', 'PUT /a HTTP/1.1\r\nContent-Length: 5000\r\n\r\n', 4984],
			['>', 'x'.repeat(16)],
			['<', OK],
		],
		expected: ['PUT /a 200 ok 5041/40'],
	},
	{
		name: 'a chunk is skipped exactly',
		...HEADS,
		parts: [
			['>', GET],
			['<', `${CHUNKED}1000\r\n`, 0x1000 - 9],
			['<', `${'x'.repeat(9)}\r\n0\r\n\r\n`],
			['>', GET],
			['<', OK],
		],
		expected: [`GET /a 200 ok 28/${47 + 6 + 4096 + 7}`, 'GET /a 200 ok 28/40'],
	},
	{
		name: 'chunks whose framing was not captured end with the last bytes of the call',
		...HEADS,
		parts: [
			['>', GET],
			['<', `${CHUNKED}3\r\nabc\r\n`, 5000],
			['<', 'xxxxxxxxx\r\n0\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: [`GET /a 200 ok 28/${47 + 8 + 5000 + 16}`, 'GET /a 200 ok 28/40'],
	},
	{
		name: 'chunks that end with an event of their own',
		...HEADS,
		parts: [
			['>', GET],
			['<', `${CHUNKED}3\r\nabc\r\n`, 5000],
			['<', 'xxxxxxxxxxxxxxxx'],
			['<', '0\r\n\r\n'],
		],
		expected: [`GET /a 200 ok 28/${47 + 8 + 5000 + 21}`],
	},
	{
		name: 'chunks with trailers end with the next request',
		...HEADS,
		parts: [
			['>', GET],
			['<', `${CHUNKED}3\r\nabc\r\n`, 5000],
			['<', '0\r\nX-Sum: 77\r\n\r\n'],
			['>', GET],
			['<', OK],
		],
		expected: [`GET /a 200 ok 28/${47 + 8 + 5000 + 16}`, 'GET /a 200 ok 28/40'],
	},
	{
		name: 'a body that was asked for and not captured is truncated; its size is exact',
		...ALL,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 102'), 100],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/142 truncated', 'GET /a 200 ok 28/40'],
		counts: { gaps: 1, gapBytes: 100, truncated: 1 },
	},
	{
		name: 'a body is kept as far as it was asked for',
		heads: true,
		bodyBytes: 3,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 9').replace('hi', 'greetings')],
		],
		expected: ['GET /a 200 ok 28/47'],
		body: 'gre',
	},
	{
		name: 'the beginning of a body is kept before a gap',
		heads: true,
		bodyBytes: 10,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 5002'), 5000],
		],
		expected: [`GET /a 200 ok 28/${41 + 5002} truncated`],
		body: 'hi',
		counts: { truncated: 1 },
	},
	{
		name: 'a request head longer than what is captured',
		...HEADS,
		parts: [
			['>', 'GET /a HTTP/1.1\r\nCookie: aaa', 5000],
			['>', 'aaaaaaaaaaaa\r\n\r\n'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: [`GET /a 200 ok ${28 + 5016}/40 truncated`, 'GET /a 200 ok 28/40'],
		counts: { truncated: 1 },
	},
	{
		name: 'a hole in a body of known length costs only the body',
		...ALL,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 12'), 5, 'hole'],
			['<', 'world'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/51 truncated', 'GET /a 200 ok 28/40'],
		counts: { gaps: 1, gapBytes: 5, truncated: 1 },
	},
	{
		name: 'a hole in a body that lasts as long as the connection counts to its size',
		...ALL,
		parts: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\n\r\nsome', 5, 'hole'],
			['<', 'rest'],
		],
		expected: [`GET /a 200 waiting 28/${19 + 13} truncated`],
		body: 'some',
		counts: { gaps: 1, gapBytes: 5, truncated: 1 },
	},
	{
		name: 'a lost response: its request waits, the next ones are paired',
		...ALL,
		parts: [
			['>', GET.replace('/a', '/1')],
			['<', '', 40, 'hole'],
			['>', GET.replace('/a', '/2')],
			['<', OK],
			['>', GET.replace('/a', '/3')],
			['<', OK],
		],
		expected: ['GET /1 - unknown 28/-', 'GET /2 200 ok 28/40', 'GET /3 200 ok 28/40'],
		counts: { gaps: 1, gapBytes: 40 },
	},
	{
		name: 'what a client sends and is no request may be answered, too: what was out before is not paired, what comes later is',
		...ALL,
		parts: [
			['>', GET.replace('/a', '/1')],
			['>', 'what is this\r\n\r\n'],
			['<', OK],
			['>', GET.replace('/a', '/2')],
			['<', OK],
		],
		expected: ['GET /1 - unknown 28/-', 'GET /2 200 ok 28/40'],
		counts: { unparsedBytes: 16, unpaired: 1 },
	},
	{
		name: 'a lost request: its response is unpaired, the next ones are paired',
		...ALL,
		parts: [
			['>', '', 28, 'hole'],
			['<', OK],
			['>', GET.replace('/a', '/2')],
			['<', OK],
			['>', GET.replace('/a', '/3')],
			['<', OK],
		],
		expected: ['GET /2 200 ok 28/40', 'GET /3 200 ok 28/40'],
		counts: { gaps: 1, gapBytes: 28, unpaired: 1 },
	},
	{
		name: 'pipelined requests after a lost response are not paired at all, rather than wrongly',
		...ALL,
		parts: [
			['>', GET.replace('/a', '/1') + GET.replace('/a', '/2')],
			['<', '', 40, 'hole'],
			['<', OK],
			['>', GET.replace('/a', '/3')],
			['<', OK],
		],
		expected: ['GET /1 - unknown 28/-', 'GET /2 - unknown 28/-', 'GET /3 - unknown 28/-'],
		counts: { gaps: 1, gapBytes: 40, unpaired: 2 },
	},
	{
		name: 'answers to pipelined requests behind a head that was cut off: nobody knows how they ended',
		...HEADS,
		parts: [
			['>', GET.replace('/a', '/1') + GET.replace('/a', '/2') + GET.replace('/a', '/3')],
			['<', OK + OK.slice(0, 25), 55],
		],
		expected: ['GET /1 200 ok 28/40', 'GET /3 - unknown 28/-', 'GET /2 200 waiting 28/80 truncated'],
		counts: { truncated: 1 },
	},
	{
		name: 'a chunk left out may hide answers to pipelined requests: nobody knows where it ends, nor how they ended',
		...HEADS,
		parts: [
			['>', GET.replace('/a', '/1') + GET.replace('/a', '/2') + GET.replace('/a', '/3')],
			['<', `${CHUNKED}1000\r\nxxx`, 9000],
			['<', 'yyy\r\n0\r\n\r\n'],
			['<', OK],
			['>', GET.replace('/a', '/4')],
			['<', OK],
		],
		expected: [
			'GET /2 - unknown 28/-',
			'GET /3 - unknown 28/-',
			`GET /1 200 unknown 28/${CHUNKED.length + 9 + 9000 + 10} truncated`,
			'GET /4 - unknown 28/-',
		],
		counts: { truncated: 1, unpaired: 2 },
	},
	{
		name: 'what was left out behind a body of known length may be answers to pipelined requests: that is a gap',
		...HEADS,
		parts: [
			['>', GET.replace('/a', '/1') + GET.replace('/a', '/2') + GET.replace('/a', '/3')],
			['<', OK.replace(': 2', ': 1000'), 998 + 40],
			['<', OK],
		],
		expected: [`GET /1 200 ok 28/${43 + 1000 - 2}`, 'GET /2 - unknown 28/-', 'GET /3 - unknown 28/-'],
		counts: { gaps: 1, gapBytes: 40, unpaired: 1 },
	},
	{
		name: 'what follows an answer whose end was missed may be another: nobody knows how that one ended',
		...ALL,
		reset: true,
		parts: [
			['>', GET.replace('/a', '/1')],
			['<', OK],
			['>', '', 28, 'hole'],
			['<', OK.slice(0, 25), 15],
			['>', GET.replace('/a', '/2')],
			['<', 'H'],
			['<', OK.slice(1, 20), 20],
		],
		expected: ['GET /1 200 ok 28/40', 'GET /2 - unknown 28/-'],
		counts: { gaps: 3, gapBytes: 63, truncated: 1, unpaired: 1 },
	},
	{
		name: 'a request whose first bytes are missing is none with a method of its own',
		...ALL,
		parts: [
			['>', '', 1, 'hole'],
			['>', GET.slice(1)],
			['<', OK],
			['>', '', 2, 'hole'],
			['>', `\r\n${GET.replace('GET', 'PROPFIND')}`],
			['<', OK],
		],
		expected: ['PROPFIND /a 200 ok 33/40'],
		counts: { gaps: 2, gapBytes: 3, unparsedBytes: 27, unpaired: 1 },
	},
	{
		name: 'nor is one behind a head that was cut off',
		...ALL,
		parts: [
			['>', GET.replace('GET', 'POST').slice(0, -2), 40],
			['>', GET.slice(1)],
			['<', OK],
		],
		expected: ['POST /a 200 ok 94/40 truncated'],
		counts: { gaps: 1, gapBytes: 40, truncated: 1 },
	},
	{
		name: 'a request is lost behind two that wait, and no answer: the second was not sent because the first had one',
		...ALL,
		parts: [
			['>', GET.replace('/a', '/1')],
			['>', GET.replace('/a', '/2')],
			['>', '', 28, 'hole'],
			['>', '\r\n'],
			['<', OK],
			['<', OK],
			['<', OK],
		],
		expected: ['GET /1 - unknown 28/-', 'GET /2 - unknown 28/-'],
		counts: { gaps: 1, gapBytes: 28, unparsedBytes: 2, unpaired: 3 },
	},
	{
		name: 'a header field whose line was cut off says nothing',
		...ALL,
		parts: [
			['>', GET],
			['<', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chun', 60],
		],
		expected: ['GET /a 200 waiting 28/100 truncated'],
		counts: { gaps: 1, gapBytes: 60, truncated: 1 },
	},
	{
		name: 'a reset behind an answer whose head was cut off: nobody knows whether it was whole',
		...ALL,
		reset: true,
		parts: [
			['>', GET],
			['<', OK.slice(0, 25), 15],
		],
		expected: ['GET /a 200 unknown 28/40 truncated'],
		counts: { gaps: 1, gapBytes: 15, truncated: 1 },
	},
	{
		name: 'the same, where a chunk was cut off',
		...ALL,
		reset: true,
		parts: [
			['>', GET],
			['<', `${CHUNKED}5\r\nhel`, 9],
		],
		expected: ['GET /a 200 unknown 28/62 truncated'],
		counts: { gaps: 1, gapBytes: 9, truncated: 1 },
	},
	{
		name: 'a reset within an answer whose length is known',
		...ALL,
		reset: true,
		parts: [
			['>', GET],
			['<', OK.replace(': 2', ': 9'), 3],
		],
		expected: ['GET /a 200 reset 28/43 truncated'],
		counts: { gaps: 1, gapBytes: 3, truncated: 1 },
	},
	{
		name: 'requests behind the head of a request that was cut off may have been answered first',
		...HEADS,
		parts: [
			['>', GET.replace('/a', '/1') + GET.replace('/a', '/2').slice(0, 20), 36],
			['<', OK + OK],
			['>', GET.replace('/a', '/4')],
			['<', OK],
		],
		expected: ['GET /1 200 ok 28/40', 'GET /2 200 ok 56/40 truncated', 'GET /4 - unknown 28/-'],
		counts: { truncated: 1, unpaired: 1 },
	},
	{
		name: 'a request in what was left out behind chunks that were answered early: its answer is not taken for that to the next',
		...HEADS,
		parts: [
			['>', CHUNKS],
			['<', OK],
			['>', 'x'.repeat(100), 40_000],
			['<', GONE],
			['>', GET],
			['<', OK],
		],
		expected: [`POST /c 200 ok ${CHUNKS.length + 40_100}/40 truncated`, 'GET /a 200 ok 28/40'],
		counts: { unpaired: 1, truncated: 1 },
	},
	{
		name: 'the same, of pipelined requests',
		...HEADS,
		parts: [
			['>', `${CHUNKS}x`, 40_000],
			['>', GET],
			['<', OK],
			['<', GONE],
			['<', OK],
		],
		expected: [`POST /c 200 ok ${CHUNKS.length + 40_001}/40 truncated`, 'GET /a - unknown 28/-'],
		counts: { unpaired: 2, truncated: 1 },
	},
	{
		name: 'the same, where the answer comes before the next request',
		...HEADS,
		parts: [
			['>', `${CHUNKS}x`, 40_000],
			['<', OK],
			['<', GONE],
			['>', GET],
			['<', OK],
		],
		expected: [`POST /c 200 ok ${CHUNKS.length + 40_001}/40`, 'GET /a 200 ok 28/40'],
		counts: { unpaired: 1 },
	},
	{
		name: 'the same, where the connection ends behind it',
		...HEADS,
		reset: true,
		parts: [
			['>', CHUNKS],
			['<', OK],
			['>', 'x'.repeat(100), 40_000],
			['<', GONE],
		],
		expected: [`POST /c 200 ok ${CHUNKS.length + 40_100}/40 truncated`],
		counts: { unpaired: 1, truncated: 1 },
	},
	{
		name: 'a missed answer to a request whose end was left out: nobody knows what became of it',
		...HEADS,
		reset: true,
		parts: [
			['>', `${CHUNKS}x`, 40_000],
			['<', '', 40],
		],
		expected: [`POST /c - unknown ${CHUNKS.length + 40_001}/- truncated`],
		counts: { gaps: 1, gapBytes: 40, truncated: 1 },
	},
	{
		name: 'a missed answer to a request that was not complete',
		...ALL,
		reset: true,
		parts: [
			['>', 'POST /p HTTP/1.1\r\nContent-Length: 9\r\n\r\nsome'],
			['<', '', 40],
		],
		expected: ['POST /p - unknown 43/-'],
		counts: { gaps: 1, gapBytes: 40 },
	},
	{
		name: 'a client that does not pipeline is not taken for one that does because answers were missed',
		...ALL,
		midway: true,
		parts: [
			['>', GET],
			['<', OK],
			['<', '', 10, 'hole'],
			['<', OK],
			['>', GET.replace('/a', '/1')],
			['>', GET.replace('/a', '/2')],
			['<', '', 80, 'hole'],
			['>', GET.replace('/a', '/3')],
			['<', OK],
			['>', GET.replace('/a', '/4')],
			['<', OK],
		],
		expected: [
			'GET /a 200 ok 28/40',
			'GET /1 - unknown 28/-',
			'GET /2 - unknown 28/-',
			'GET /3 - unknown 28/-',
			'GET /4 200 ok 28/40',
		],
		counts: { gaps: 2, gapBytes: 90, unpaired: 2 },
	},
	{
		name: 'the capture begins in the middle of a response body',
		...ALL,
		midway: true,
		parts: [
			['<', 'some bytes of a body'],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40'],
		counts: { unparsedBytes: 20 },
	},
	{
		name: 'the capture begins with a body that looks like the beginning of a request line',
		...ALL,
		midway: true,
		parts: [
			['<', 'some bytes'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40'],
		counts: { otherBytes: 10, earlier: 1 },
	},
	{
		name: 'the capture begins with a response',
		...ALL,
		midway: true,
		parts: [
			['<', OK],
			['>', GET],
			['<', OK.replace('200', '201')],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 201 ok 28/40', 'GET /a 200 ok 28/40'],
		counts: { earlier: 1 },
	},
	{
		name: 'the capture begins with requests of which nobody knows what is out before them',
		...ALL,
		midway: true,
		parts: [
			['>', GET.replace('/a', '/2')],
			['>', GET.replace('/a', '/3')],
			['<', OK.replace('200', '201')],
			['>', GET.replace('/a', '/4')],
			['<', OK.replace('200', '202')],
			['<', OK.replace('200', '203')],
		],
		expected: ['GET /2 - unknown 28/-', 'GET /3 - unknown 28/-', 'GET /4 - unknown 28/-'],
		counts: { unpaired: 3 },
	},
	{
		name: 'the capture begins with the last of some requests that are out: an answer too many shows it',
		...ALL,
		midway: true,
		parts: [
			['>', GET.replace('/a', '/2')],
			['<', OK.replace('200', '201')],
			['<', OK.replace('200', '202')],
			['>', GET.replace('/a', '/3')],
			['<', OK.replace('200', '203')],
		],
		// That of /1, which nothing tells from that of /2.
		expected: ['GET /2 201 ok 28/40', 'GET /3 - unknown 28/-'],
		counts: { unpaired: 2 },
	},
	{
		name: 'the capture begins in the middle of a request body',
		...ALL,
		midway: true,
		parts: [
			['>', '{"a":1}'],
			['<', OK],
			['>', GET],
			['<', OK],
		],
		expected: ['GET /a 200 ok 28/40'],
		counts: { otherBytes: 7, earlier: 1 },
	},
];

for (const one of CASES) {
	test(one.name, () => {
		const { rows, completeness } = assemble([Buffer.concat(eventsOf(one))], one);
		assert.deepEqual(rows.map(summary), one.expected);
		assert.deepEqual(completeness, { ...newCompleteness(), ...one.counts });
		if (one.body !== undefined && rows[0]) assert.equal(bodyOf(rows[0], 'response'), one.body);
	});
}

test('each hole is waited for 200 ms', () => {
	const head = OK.replace(': 2', ': 2922');
	const received = (offset: number, bytes: string): Buffer =>
		data({ time: 2e6, direction: 'in', pos: SERVER_POS + offset, bytes });
	const { rows, ticks, completeness } = assemble([
		open({ established: 1 }),
		data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: GET }),
		received(0, head),
		received(1000, 'x'),
		received(2000, 'x'),
		received(2962, 'x'),
		...[201e6, 203e6, 402e6, 404e6, 605e6].map(tick),
		end(606e6),
	]);
	assert.deepEqual(rows.map(summary), ['GET /a 200 ok 28/2963 truncated']);
	assert.deepEqual(
		ticks.map((one) => one.rows),
		[0, 0, 0, 0, 1, 1],
	);
	assert.deepEqual([completeness.gaps, completeness.gapBytes], [3, 2963 - head.length - 3]);
});

test('what was sent last and lost is a gap, and no answer that never came', () => {
	const served = (answer: Buffer | null): Buffer[] => [
		open({ established: 1, role: 'server' }),
		data({ time: 1e6, direction: 'in', pos: CLIENT_POS, bytes: GET }),
		...(answer === null ? [] : [answer]),
		state({ time: 3e6, newState: 4, outEnd: SERVER_POS + OK.length }),
		close(4e6),
		end(5e6),
	];
	const head = data({ time: 2e6, direction: 'out', pos: SERVER_POS, bytes: OK.slice(0, -2) });
	const part = assemble(served(head));
	assert.deepEqual(part.rows.map(summary), ['GET /a 200 ok 28/40 truncated']);
	assert.deepEqual(part.completeness, { ...newCompleteness(), gaps: 1, gapBytes: 2, truncated: 1 });
	const none = assemble(served(null));
	assert.deepEqual(none.rows.map(summary), ['GET /a - unknown 28/-']);
	assert.deepEqual(none.completeness, { ...newCompleteness(), gaps: 1, gapBytes: 40 });
});

test('kept bodies are bounded; sizes are exact', () => {
	const length = 3 << 20;
	const head = OK.replace(': 2', `: ${length}`).slice(0, -2);
	const body = 'y'.repeat(1 << 19);
	let pos = SERVER_POS + head.length;
	const events = [open({ established: 1 }), data({ time: 1, direction: 'out', pos: CLIENT_POS, bytes: GET })];
	events.push(data({ time: 2, direction: 'in', pos: SERVER_POS, bytes: head }));
	for (let sent = 0; sent < length; sent += body.length) {
		events.push(data({ time: 3, direction: 'in', pos, bytes: body }));
		pos += body.length;
	}
	const { rows, completeness } = assemble([...events, end(4)]);
	assert.deepEqual(rows.map(summary), [`GET /a 200 ok 28/${head.length + length} truncated`]);
	assert.equal(rows[0]?.response?.body?.length, 1 << 20);
	assert.equal(completeness.truncated, 1);
});

test('the short rest of a body, which its answer follows, does not begin the next request', () => {
	const next = CLIENT_POS + 10;
	const { rows, completeness } = assemble([
		open({ role: 'client' }),
		data({ time: 1e6, direction: 'out', pos: CLIENT_POS, bytes: 'some-value' }),
		data({ time: 2e6, direction: 'in', pos: SERVER_POS, bytes: OK }),
		data({ time: 3e6, direction: 'out', pos: next, bytes: GET }),
		data({ time: 9e6, direction: 'in', pos: SERVER_POS + OK.length, bytes: OK }),
		end(1e9),
	]);
	assert.deepEqual(rows.map(summary), ['GET /a 200 ok 28/40']);
	assert.deepEqual([completeness.unparsedBytes, completeness.earlier], [10, 1]);
});
