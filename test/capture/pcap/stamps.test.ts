import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMON_FIELDS } from '../../../engine/exchange/common-fields.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { type CapturedPacket, pcap } from './files.ts';
import { ethernet, Flag, ipv6 } from './frames.ts';
import { read } from './read.ts';
import { REQUEST, response, Talk, type TalkOptions } from './talk.ts';

const MS = 1e6;
/** NOP, NOP, and the option of stamps. */
const STAMPS = Buffer.from('0101080a0000000100000001', 'hex');
/** Its head has 38 bytes, so that it is cut in its body. */
const ANSWER = response('hello');

const field = (name: string, exchange: Exchange) => COMMON_FIELDS.find((one) => one.name === name)?.get(exchange);

/** A packet each 10 ms. */
const talk = (options: TalkOptions = {}): Talk => new Talk({ step: 10_000_000n, ...options });
const started = (options?: TalkOptions): Talk => talk(options).handshake();

const rows = async (packets: readonly CapturedPacket[], local: readonly string[] = []): Promise<readonly Exchange[]> =>
	(await read(pcap(packets, { unit: 1 }), { local })).rows;

const only = async (packets: readonly CapturedPacket[], local?: readonly string[]): Promise<Exchange> => {
	const all = await rows(packets, local);
	assert.equal(all.length, 1);
	return all[0]!;
};

/** With the stamps of some packets moved by ms, all behind them too. */
const later = (packets: readonly CapturedPacket[], from: number, ms: number): CapturedPacket[] =>
	packets.map((packet, i) => (i < from ? packet : { ...packet, time: packet.time + BigInt(Math.round(ms * MS)) }));

describe('times that packets tell', () => {
	test('a reset behind a packet that was cut comes when it does, not when the file ends', async () => {
		const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nthe beginning';
		const reset = started()
			.send('client', REQUEST)
			.send('server', answer)
			.send('server', '', { flags: Flag.rst }).packets;
		const cut = reset.map((one, i) => (i === 4 ? { ...one, captured: one.bytes.length - 9 } : one));
		const others = later(
			started({ clientPort: 40_001 }).send('client', REQUEST).send('server', ANSWER).packets,
			0,
			5000,
		);
		const [first] = await rows([...cut, ...others]);
		assert.equal(field('outcome', first!), 'reset');
		assert.equal(field('latency', first!), 20 * MS);
	});

	test('the remote time is that between the last packet of the request and the first of the answer', async () => {
		const { packets } = started()
			.send('client', REQUEST.slice(0, 10))
			.send('client', REQUEST.slice(10))
			.send('server')
			.send('server', ANSWER.slice(0, 20))
			.send('server', ANSWER.slice(20));
		const exchange = await only(packets);
		assert.equal(field('remote_time', exchange), 20 * MS);
		assert.equal(field('latency', exchange), 40 * MS);
		assert.equal(field('internal_time', exchange), null);
	});

	test('what is sent again with what was missing before it keeps its first stamp', async () => {
		const talked = started().send('client', REQUEST + REQUEST);
		const seq = talked.next('server');
		talked.skip('server', ANSWER.length).send('server', ANSWER.slice(0, 7)).send('server', ANSWER.slice(7, 20));
		const all = await rows(talked.send('server', ANSWER + ANSWER, { seq }).packets);
		assert.deepEqual(
			all.map((row) => ['remote_time', 'ttfb', 'latency'].map((name) => field(name, row))),
			[
				[30 * MS, 30 * MS, 30 * MS],
				[10 * MS, 10 * MS, 30 * MS],
			],
		);
		assert.ok(all.every(({ response }) => Buffer.from(response?.body ?? []).toString() === 'hello'));
	});

	test('the first segment of a direction that was sent again is a retransmission, also where others went on coming', async () => {
		const talked = started().send('client', REQUEST);
		const seq = talked.next('server');
		talked.skip('server', 20).send('server', ANSWER.slice(20, 30)).send('server', ANSWER.slice(30));
		const exchange = await only(talked.send('server', ANSWER.slice(0, 20), { seq }).packets);
		assert.equal(field('retransmits', exchange), 1);
	});

	test('an answer that comes before the request is whole was not waited for', async () => {
		const { packets } = started()
			.send('client', 'POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n1234')
			.send('server', ANSWER)
			.send('client', '56789');
		for (const local of ['10.0.0.1', '10.0.0.2']) {
			const exchange = await only(packets, [local]);
			assert.deepEqual([field('remote_time', exchange), field('internal_time', exchange)], [null, null]);
		}
	});

	test('the order of the stream pairs, also where the stamps of its two directions are askew', async () => {
		const talked = started();
		for (const path of ['/a', '/b', '/c']) {
			talked.send('client', `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).send('server', response(`of ${path}`));
		}
		const askew = talked.packets.map((packet, i) =>
			i === 4 ? { ...packet, time: packet.time - 10_100_000n } : packet,
		);
		const all = await rows(askew);
		assert.deepEqual(
			all.map(({ outcome }) => outcome),
			['ok', 'ok', 'ok'],
		);
		assert.deepEqual(
			all.map(({ response }) => Buffer.from(response?.body ?? []).toString()),
			['of /a', 'of /b', 'of /c'],
		);
		assert.deepEqual(
			all.map((row) => field('latency', row)),
			[null, 10 * MS, 10 * MS],
		);
		assert.deepEqual(
			all.map((row) => field('ttfb', row)),
			[null, 10 * MS, 10 * MS],
		);
		assert.ok(all.every(({ startTime, endTime }) => startTime <= endTime));
	});

	test('a request whose last packet was captured before the first left with the first', async () => {
		const { packets } = started().send('client', REQUEST.slice(0, 10)).send('client', REQUEST.slice(10));
		const [first, last] = packets.slice(-2).map(({ bytes }) => bytes);
		const swapped = packets
			.slice(0, -2)
			.concat(packets.slice(-2).map(({ time }, i) => ({ time, bytes: (i === 0 ? last : first)! })));
		const talk = started().skip('client', REQUEST.length).send('server', ANSWER);
		const answer = { ...talk.packets.at(-1)!, time: swapped.at(-1)!.time + BigInt(10 * MS) };
		assert.equal(field('remote_time', await only([...swapped, answer])), 10 * MS);
	});

	test('of a server, the internal time', async () => {
		const exchange = await only(started().send('client', REQUEST).send('server', ANSWER).packets, ['10.0.0.2']);
		assert.equal(field('side', exchange), 'server');
		assert.equal(field('internal_time', exchange), 10 * MS);
		assert.equal(field('remote_time', exchange), null);
	});

	test('only what passed the wire is a step: no process sent or read it', async () => {
		const exchange = await only(started().send('client', REQUEST).send('server', ANSWER).packets);
		const steps = field('stages', exchange);
		assert.ok(Array.isArray(steps));
		assert.deepEqual(
			steps.map((step) => JSON.parse(JSON.stringify(step))),
			[
				{ name: 'transmit', iface: null, direction: 'request', at: 0, took: null },
				{ name: 'receive', iface: null, direction: 'response', at: 10 * MS, took: 10 * MS },
			],
		);
		assert.equal(field('socket_time', exchange), null);
		assert.equal(field('copy_time', exchange), null);
	});

	test('the round trip is that of the whole handshake, wherever the capture was taken', async () => {
		for (const local of ['10.0.0.1', '10.0.0.2']) {
			const exchange = await only(later(started().send('client', REQUEST).send('server', ANSWER).packets, 2, 3), [
				local,
			]);
			assert.equal(field('rtt', exchange), 23 * MS);
		}
	});

	test('a SYN that was sent again does not tell the round trip, on another interface it does', async () => {
		const syn = { flags: Flag.syn, ack: 0, seq: 1000 };
		for (const [wait, rtt] of [
			[1000, 20],
			[0.001, 20.001],
		] as const) {
			const again = talk().send('client', '', syn).send('client', '', { flags: Flag.syn, ack: 0 });
			again.send('server', '', { flags: Flag.syn | Flag.ack }).send('client');
			again.send('client', REQUEST).send('server', ANSWER).send('client');
			again.send('client', REQUEST).send('server', ANSWER);
			const [, second] = await rows(later(again.packets, 1, wait - 10));
			assert.equal(field('rtt', second!), rtt * MS);
		}
	});

	test('nor does the answer to it, where that was sent again before anything came', async () => {
		const synAck = { flags: Flag.syn | Flag.ack, seq: 5000 };
		for (const [wait, rtt] of [
			[1000, 20],
			[0.001, 20.001],
		] as const) {
			const again = talk().send('client', '', { flags: Flag.syn, ack: 0 }).send('server', '', synAck);
			again.send('server', '', { flags: Flag.syn | Flag.ack }).send('client');
			again.send('client', REQUEST).send('server', ANSWER).send('client');
			again.send('client', REQUEST).send('server', ANSWER);
			const [, second] = await rows(later(again.packets, 2, wait - 10));
			assert.equal(field('rtt', second!), rtt * MS);
		}
	});

	test('without the handshake, the shortest ways to both ends and back; unknown while one of them is', async () => {
		const first = talk().send('client', REQUEST).send('server').send('server', ANSWER);
		assert.equal(field('rtt', await only(first.packets)), null);
		// To the server 10 ms, to the client 7; then slower.
		first
			.send('client')
			.send('client', REQUEST)
			.send('server')
			.send('server', ANSWER)
			.send('client')
			.send('client', REQUEST);
		const [, second] = await rows(later(first.packets, 3, -3));
		assert.equal(field('rtt', second!), 17 * MS);
	});

	test('what was sent twice does not tell how long its way is', async () => {
		const one = talk().send('client', REQUEST);
		one
			.send('client', REQUEST, { seq: one.next('client') - REQUEST.length })
			.send('server')
			.send('server', ANSWER);
		one.send('client').send('client', REQUEST).send('server', ANSWER);
		// To the client 10 ms; to the server 10 ms by the second request alone.
		const [first, second] = await rows(one.packets);
		assert.equal(field('rtt', first!), null);
		assert.equal(field('rtt', second!), 20 * MS);
	});
});

test('the table of connections has the round trip and all retransmissions of either end', async () => {
	const one = started().send('client', REQUEST);
	one.send('client', REQUEST, { seq: one.next('client') - REQUEST.length }).send('server', ANSWER);
	one.send('server', ANSWER, { seq: one.next('server') - ANSWER.length });
	const { counts } = await read(
		pcap([...one.packets, ...talk({ clientPort: 4321 }).send('client', REQUEST).packets], { unit: 1 }),
	);
	assert.deepEqual(counts, [
		{ rtt: 20 * MS, retransmits: 2 },
		{ rtt: null, retransmits: 0 },
	]);
});

describe('retransmissions', () => {
	const cases: Record<string, () => readonly [packets: readonly CapturedPacket[], expected: number]> = {
		none: () => [started().send('client', REQUEST).send('server', ANSWER).packets, 0],
		'of the request, twice': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('client') - REQUEST.length;
			return [one.send('client', REQUEST, { seq }).send('client', REQUEST, { seq }).send('server', ANSWER).packets, 2];
		},
		'of a part of the answer': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('server');
			one.send('server', ANSWER.slice(0, 20)).send('server', ANSWER.slice(10, 20), { seq: seq + 10 });
			return [one.send('server', ANSWER.slice(20)).packets, 1];
		},
		'of what is held behind a hole': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('server');
			for (const _ of [0, 1]) one.send('server', ANSWER.slice(20), { seq: seq + 20 });
			// And what fills the hole 20 ms later than the round trip would have it overtaken.
			return [later(one.send('server', ANSWER.slice(0, 20)).packets, 6, 20), 2];
		},
		'not a segment that was overtaken': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('server');
			one.send('server', ANSWER.slice(20), { seq: seq + 20 }).send('server', ANSWER.slice(0, 20), { seq });
			return [one.packets, 0];
		},
		'packets of two captures in one file, of which one was sent again': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('client') - REQUEST.length;
			one.send('client', REQUEST, { seq }).send('server', ANSWER);
			const identified = one.packets.map(({ time, bytes }, i) => {
				const packet = Buffer.from(bytes);
				packet.writeUInt16BE(i + 1, 18);
				return { time, bytes: packet };
			});
			const later = identified.map(({ time, bytes }) => ({ time: time + 12_000_000n, bytes }));
			return [[...identified, ...later].sort((a, b) => Number(a.time - b.time)), 1];
		},
		'a hole filled a round trip after it was there, behind which more came all the time': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('server');
			one.send('server', ANSWER.slice(0, 10)).skip('server', 10);
			for (let at = 20; at < 35; at += 5) one.send('server', ANSWER.slice(at, at + 5));
			one.send('server', ANSWER.slice(10, 20), { seq: seq + 10 });
			return [one.send('server', ANSWER.slice(35)).packets, 1];
		},
		'two holes that were overtaken by less': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('server');
			one.skip('server', 10).send('server', ANSWER.slice(10, 20)).skip('server', 5);
			one.send('server', ANSWER.slice(0, 10), { seq }).send('server', ANSWER.slice(25));
			return [one.send('server', ANSWER.slice(20, 25), { seq: seq + 20 }).packets, 0];
		},
		'a hole filled after 3 ms, where there was no handshake': () => {
			const one = talk().send('client', REQUEST);
			const seq = one.next('server');
			one.send('server', ANSWER.slice(0, 5)).send('server', ANSWER.slice(20), { seq: seq + 20 });
			return [later(one.send('server', ANSWER.slice(5, 20)).packets, 3, -7), 1];
		},
		'not within 3 ms': () => {
			const one = talk().send('client', REQUEST);
			const seq = one.next('server');
			one.send('server', ANSWER.slice(0, 5)).send('server', ANSWER.slice(20), { seq: seq + 20 });
			return [later(one.send('server', ANSWER.slice(5, 20)).packets, 3, -7.1), 0];
		},
		'not probes of a peer that keeps silent': () => {
			const one = started().send('client', REQUEST);
			const seq = one.next('client') - 1;
			one.send('client', '\n', { seq }).send('server').send('client', '', { seq }).send('server');
			return [one.send('server', ANSWER).packets, 0];
		},
		'not a SYN that was sent again': () => {
			const one = talk().send('client', '', { flags: Flag.syn, ack: 0, seq: 1000 });
			return [one.handshake().send('client', REQUEST).send('server', ANSWER).packets, 0];
		},
		'across the wrap of sequence numbers': () => {
			const one = started({ clientIsn: 0xffff_fff0 }).send('client', REQUEST);
			const seq = (one.next('client') - REQUEST.length) >>> 0;
			return [one.send('client', REQUEST, { seq }).send('server', ANSWER).packets, 1];
		},
	};
	/** IPv6 has no identification; with the stamps of both ends (RFC 7323), or without. */
	const wrap6 =
		(stamps: boolean) =>
		(segment: Buffer, up: boolean): Buffer => {
			const bytes = stamps
				? Buffer.concat([segment.subarray(0, 20), STAMPS, segment.subarray(20)])
				: Buffer.from(segment);
			if (stamps) bytes[12] = bytes[12]! + 0x30;
			return ethernet(ipv6({ source: up ? 1 : 2, destination: up ? 2 : 1 }, bytes));
		};
	const twice = (packets: readonly CapturedPacket[], ns: bigint): CapturedPacket[] =>
		[...packets, ...packets.map(({ time, bytes }) => ({ time: time + ns, bytes }))].sort((a, b) =>
			Number(a.time - b.time),
		);
	const withClock = (packets: readonly CapturedPacket[]): CapturedPacket[] =>
		packets.map(({ time, bytes }) => {
			const at = bytes.length < 86 ? -1 : Buffer.from(bytes).indexOf(STAMPS, 54);
			const packet = Buffer.from(bytes);
			if (at !== -1) packet.writeUInt32BE(Number((time / 1_000_000n) % 2n ** 32n), at + 4);
			return { time, bytes: packet };
		});
	for (const stamps of [false, true]) {
		const of6 = (step?: bigint) => started({ wrap: wrap6(stamps), ...(step === undefined ? {} : { step }) });
		const name = stamps ? 'IPv6 with stamps' : 'IPv6';
		const finished = (packets: readonly CapturedPacket[]) => (stamps ? withClock(packets) : packets);
		cases[`${name}: not the copies of a switch that mirrors both ways, but what was sent again`] = () => {
			const one = of6().send('client', REQUEST);
			const seq = one.next('client') - REQUEST.length;
			one.send('client', REQUEST, { seq }).send('server', ANSWER);
			return [twice(finished(one.packets), 20_000n), 1];
		};
		cases[`${name}: nor those of segments that follow one another, where a copy comes behind the next`] = () => {
			const one = of6(10_000n).send('client', REQUEST);
			for (let at = 0; at < ANSWER.length; at += 5) one.send('server', ANSWER.slice(at, at + 5));
			return [twice(finished(one.packets), 15_000n), 0];
		};
		cases[`${name}: what is sent again soon, as others have come behind it, is no copy`] = () => {
			const one = of6(100_000n).send('client', REQUEST);
			const seq = one.next('server');
			for (const [from, to] of [
				[0, 10],
				[10, 20],
				[20, 30],
				[0, 10],
			] as const)
				one.send('server', ANSWER.slice(from, to), { seq: seq + from });
			return [finished(one.send('server', ANSWER.slice(30), { seq: seq + 30 }).packets), 1];
		};
	}
	cases['IPv6 with stamps: nor copies that come late, for the clock of the sender has not gone on'] = () => [
		twice(
			withClock(
				started({ wrap: wrap6(true) })
					.send('client', REQUEST)
					.send('server', ANSWER).packets,
			),
			5_000_000n,
		),
		0,
	];
	for (const [name, make] of Object.entries(cases)) {
		test(name, async () => {
			const [packets, expected] = make();
			const { rows, counts } = await read(pcap(packets, { unit: 1 }));
			assert.deepEqual(
				rows.map((exchange) => field('retransmits', exchange)),
				[expected],
			);
			assert.deepEqual(
				counts.map(({ retransmits }) => retransmits),
				[expected],
			);
		});
	}

	test('each counts for its own exchange, and all of them, of a message in more segments than are remembered', async () => {
		const one = started({ step: 30_000_000n }).send('client', REQUEST).send('server', ANSWER);
		one.send('client', REQUEST).send('server', response('x'.repeat(3000)).slice(0, 42));
		for (let i = 0; i < 3000; i++) {
			one.send('server', 'x');
			// Not the last byte: that would be a probe.
			if (i % 10 === 9) one.send('server', 'xx', { seq: one.next('server') - 2 });
		}
		const all = await rows(one.packets);
		assert.deepEqual(
			all.map((exchange) => field('retransmits', exchange)),
			[0, 299],
		);
	});
});
