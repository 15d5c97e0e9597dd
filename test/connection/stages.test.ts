import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import { STAGE_FIELDS } from '../../engine/exchange/stage-fields.ts';
import { stepsOf } from '../../engine/exchange/stage-list.ts';
import {
	assemble,
	CLIENT_POS,
	data,
	end,
	interfaceName,
	open,
	retransmit,
	SERVER_POS,
	type Stages,
	stage,
} from '../support/events.ts';
import fc from '../support/property.ts';

const REQUEST = 'GET / HTTP/1.1\r\n\r\n';
const RESPONSE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const NETNS = 7;

const LEFT: Stages = { queued: 1100, queuedEnd: 1100, sent: 1200, sentEnd: 1200, interface: 3, rtt: 40 };
const ARRIVED: Stages = { received: 5000, tcp: 5100, readable: 5200, interface: 3, rtt: 50 };

const request = (stages: Stages | null, time = 1300, pos = CLIENT_POS): Buffer =>
	data({ time, start: 1000, direction: 'out', pos, bytes: REQUEST, ...(stages && { stages }) });
const response = (stages: Stages | null, time = 6000, pos = SERVER_POS): Buffer =>
	data({ time, direction: 'in', pos, bytes: RESPONSE, ...(stages && { stages }) });

/** What one exchange looks like after these events between the opening of its connection and the end. */
const seen = (...events: Buffer[]): Exchange[] =>
	assemble([
		Buffer.concat([open({ opened: 1, established: 2 }), interfaceName(NETNS, 3, 'eth0'), ...events, end(9000)]),
	]).rows;

const fields = (exchange: Exchange | undefined): Record<string, unknown> =>
	Object.fromEntries(
		STAGE_FIELDS.filter(({ name }) => name !== 'stages').map(({ name, get }) => [name, exchange && get(exchange)]),
	);

const NOTHING = Object.fromEntries(
	STAGE_FIELDS.filter(({ name }) => name !== 'stages').map(({ name }) => [name, null]),
);

test('the times of a client', () => {
	const [exchange] = seen(request(LEFT), response(ARRIVED));
	assert.deepEqual(fields(exchange), {
		...NOTHING,
		remote_time: 3800,
		black_box_duration_ms: 0.0038,
		copy_time: 200,
		copy_to_socket_buffer_duration_ms: 0.0002,
		socket_time: 800,
		read_socket_duration_ms: 0.0008,
		iface: 'eth0',
		rtt: 50,
		retransmits: 0,
	});
	assert.deepEqual(
		(exchange ? stepsOf(exchange) : null)?.map(({ name, iface, direction, at, took }) => [
			name,
			iface,
			direction,
			at,
			took,
		]),
		[
			['send', null, 'request', 0, null],
			['queue', 'eth0', 'request', 100, 100],
			['transmit', 'eth0', 'request', 200, 100],
			['receive', 'eth0', 'response', 4000, 3800],
			['tcp', null, 'response', 4100, 100],
			['readable', null, 'response', 4200, 100],
			['read', null, 'response', 5000, 800],
		],
	);
});

test('without stages there is nothing, not zero', () => {
	const [exchange] = seen(request(null), response(null));
	assert.deepEqual(fields(exchange), NOTHING);
	assert.equal(exchange && stepsOf(exchange), null);
});

const PARTLY: readonly (readonly [what: string, left: Stages, arrived: Stages, known: readonly string[]])[] = [
	['the device', LEFT, { tcp: 5100, readable: 5200 }, ['socket_time', 'read_socket_duration_ms', 'iface']],
	['the driver', { queued: 1100, queuedEnd: 1100 }, { received: 5000 }, ['remote_time', 'black_box_duration_ms']],
	['the last byte', { queued: 1100, sent: 1200 }, { received: 5000 }, []],
];
for (const [what, left, arrived, known] of PARTLY) {
	test(`a stage that is missing takes only what follows from it: ${what}`, () => {
		const [exchange] = seen(request({ ...left, rtt: 1 }), response(arrived));
		const values = Object.entries(fields(exchange)).filter(([, value]) => value !== null);
		assert.deepEqual(values.map(([name]) => name).sort(), [...known, 'retransmits', 'rtt'].sort());
	});
}

test('bits of later versions are passed over, and the payload behind them is found', () => {
	const [exchange] = seen(request({ ...LEFT, 9: 1, 12: 2 }), response({ 15: 3, ...ARRIVED }));
	assert.equal(exchange?.outcome, 'ok');
	assert.deepEqual(fields(exchange), fields(seen(request(LEFT), response(ARRIVED))[0]));
});

test('an interface without a name has its number', () => {
	const [exchange] = seen(request({ ...LEFT, interface: 12 }), response(null));
	assert.equal(exchange?.request?.stages?.iface, 'if12');
});

test('bytes that left after the call: the last of them counts', () => {
	const [exchange] = seen(
		request({ queued: 1100, sent: 1200 }),
		stage({ time: 1900, direction: 'out', pos: CLIENT_POS + 10, len: 3, stages: { sent: 1800, sentEnd: 1800 } }),
		stage({ time: 2900, direction: 'out', pos: CLIENT_POS + 13, len: 5, stages: { sent: 2800, sentEnd: 2800 } }),
		response(ARRIVED),
	);
	assert.equal(exchange?.request?.stages?.sent, 2800);
	assert.equal(fields(exchange).remote_time, 2200);
});

test('of two messages in one read each has the times of its own packet', () => {
	const second = SERVER_POS + RESPONSE.length;
	const rows = seen(
		request(LEFT),
		request(LEFT, 1400, CLIENT_POS + REQUEST.length),
		stage({ time: 5900, direction: 'in', pos: SERVER_POS, len: RESPONSE.length + 5, stages: { readable: 5200 } }),
		stage({ time: 5900, direction: 'in', pos: second + 5, len: 9, stages: { readable: 5800 } }),
		data({ time: 6000, direction: 'in', pos: SERVER_POS, bytes: RESPONSE + RESPONSE, stages: { rtt: 1 } }),
	);
	assert.deepEqual(
		rows.map((row) => row.response?.stages?.readable),
		[5200, 5200],
	);
	const apart = seen(
		request(LEFT),
		request(LEFT, 1400, CLIENT_POS + REQUEST.length),
		stage({ time: 5900, direction: 'in', pos: SERVER_POS, len: RESPONSE.length, stages: { readable: 5200 } }),
		stage({ time: 5900, direction: 'in', pos: second, len: RESPONSE.length, stages: { readable: 5800 } }),
		data({ time: 6000, direction: 'in', pos: SERVER_POS, bytes: RESPONSE + RESPONSE, stages: { rtt: 1 } }),
	);
	assert.deepEqual(
		apart.map((row) => row.response?.stages?.readable),
		[5200, 5800],
	);
});

test('retransmissions count for the message whose bytes are sent again', () => {
	const next = CLIENT_POS + REQUEST.length;
	const rows = seen(
		request(LEFT),
		retransmit(2000, CLIENT_POS, REQUEST.length),
		retransmit(3000, CLIENT_POS, 5),
		response(ARRIVED),
		retransmit(6500, CLIENT_POS, 5),
		request(LEFT, 7000, next),
		retransmit(7500, next + 3, 5),
		response(ARRIVED, 8000, SERVER_POS + RESPONSE.length),
	);
	assert.deepEqual(
		rows.map((row) => fields(row).retransmits),
		[2, 1],
	);
});

test('a call that was captured in two records is one', () => {
	const [exchange] = seen(
		data({ time: 1300, start: 1000, direction: 'out', pos: CLIENT_POS, bytes: REQUEST.slice(0, 10), stages: LEFT }),
		data({ time: 1300, start: 1000, direction: 'out', pos: CLIENT_POS + 10, bytes: REQUEST.slice(10), stages: LEFT }),
		response(ARRIVED),
	);
	const { calls, passages } = exchange?.request?.stages ?? {};
	assert.deepEqual(calls, [{ time: 1000, size: REQUEST.length, iface: 'eth0' }]);
	assert.deepEqual(passages, [{ time: 1200, size: REQUEST.length, iface: 'eth0' }]);
});

test('many packets before a message is complete: its ends are still known, and nothing grows', () => {
	const parts = 5000;
	const body = 'x'.repeat(parts);
	const head = `POST / HTTP/1.1\r\nContent-Length: ${parts}\r\n\r\n`;
	const piece = (pos: number, bytes: string, at: number) =>
		data({ time: at, direction: 'out', pos, bytes, stages: { sent: at, sentEnd: at } });
	const [exchange] = seen(
		piece(CLIENT_POS, head, 100),
		...[...body].map((byte, i) => piece(CLIENT_POS + head.length + i, byte, 200 + i)),
		response(ARRIVED, 8000),
	);
	const { passages = [], sent } = exchange?.request?.stages ?? {};
	assert.equal(passages[0]?.time, 100);
	assert.equal(sent, 200 + parts - 1);
	assert.ok(passages.length <= 1024);
});

test('whatever stage events say, the exchanges are the same', () => {
	const any = fc.record({
		direction: fc.constantFrom('in' as const, 'out' as const),
		pos: fc.integer({ min: 0, max: 2 ** 34 }),
		len: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
		stages: fc.dictionary(fc.integer({ min: 0, max: 15 }).map(String), fc.integer({ min: 0, max: 1e12 })),
	});
	const plain = seen(request(null), response(null))[0];
	fc.assert(
		fc.property(fc.array(any), fc.array(any), (before, between) => {
			const noise = (events: typeof before) => events.map((event) => stage({ time: 1200, ...event }));
			const [exchange, ...more] = seen(...noise(before), request(null), ...noise(between), response(null));
			assert.deepEqual(more, []);
			assert.ok(exchange);
			fields(exchange);
			stepsOf(exchange);
			assert.deepEqual([exchange.outcome, exchange.request?.size], [plain?.outcome, plain?.request?.size]);
		}),
	);
});
