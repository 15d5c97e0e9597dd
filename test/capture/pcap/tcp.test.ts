import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldOf } from '../../support/conversations.ts';
import { type CapturedPacket, pcap, START } from './files.ts';
import { Flag } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk, type TalkOptions } from './talk.ts';

const FIN = Flag.fin | Flag.ack;
const RST = Flag.rst | Flag.ack;
const ok = 'GET /a 200 ok 28/43';
const ANSWER = response('hello');

const started = (options?: TalkOptions): Talk => new Talk(options).handshake();

/** Exchanges the packets at two indices. */
const swap = (packets: readonly CapturedPacket[], a: number, b: number): CapturedPacket[] => {
	const swapped = packets.slice();
	[swapped[a], swapped[b]] = [swapped[b]!, swapped[a]!];
	return swapped;
};

const without = (packets: readonly CapturedPacket[], ...indices: number[]): CapturedPacket[] =>
	packets.filter((_, i) => !indices.includes(i));

/** A response in three segments, cut at two places: packets 4, 5 and 6; the request is packet 3. */
const inThree = (options?: TalkOptions, cuts: readonly [number, number] = [20, 40]): Talk =>
	started(options)
		.send('client', REQUEST)
		.send('server', ANSWER.slice(0, cuts[0]))
		.send('server', ANSWER.slice(cuts[0], cuts[1]))
		.send('server', ANSWER.slice(cuts[1]))
		.send('client');

/** Both cuts in the body. */
const bodyInThree = (): Talk => inThree({}, [39, 41]);

const exchange = (talk: Talk): Talk => talk.send('client', REQUEST).send('server', ANSWER).send('client');

type Case = readonly [packets: readonly CapturedPacket[], expected: readonly string[]];

const CASES: Readonly<Record<string, () => Case>> = {
	'in order': () => [inThree().packets, [ok]],
	'two segments reordered': () => [swap(inThree().packets, 4, 5), [ok]],
	'first and last segment reordered': () => [swap(inThree().packets, 4, 6), [ok]],
	'reordered across the wrap of the sequence numbers': () => [
		swap(inThree({ clientIsn: 0xffff_fff0, serverIsn: 0xffff_fffa }).packets, 4, 6),
		[ok],
	],
	'the SYN is the last sequence number': () => [inThree({ serverIsn: 0xffff_ffff }).packets, [ok]],
	'every packet twice': () => [inThree().packets.flatMap((packet) => [packet, packet]), [ok]],
	'a retransmission after the answer': () => {
		const talk = started();
		const seq = talk.next('client');
		return [exchange(talk).send('client', REQUEST, { seq }).packets, [ok]];
	},
	'retransmissions that overlap': () => {
		const talk = started().send('client', REQUEST);
		const seq = talk.next('server');
		talk.send('server', ANSWER.slice(0, 10)).send('server', ANSWER.slice(0, 30), { seq });
		talk.send('server', ANSWER.slice(20), { seq: seq + 20 }).send('server', ANSWER.slice(5), { seq: seq + 5 });
		return [talk.packets, [ok]];
	},
	'held segments that overlap': () => {
		const talk = started().send('client', REQUEST);
		const seq = talk.next('server');
		for (const at of [30, 20, 25, 10, 0]) talk.send('server', ANSWER.slice(at, at + 15), { seq: seq + at });
		return [talk.packets, [ok]];
	},
	'more of another protocol than is looked at, to its end': () => {
		const talk = started().send('client', '\x16hello');
		for (let i = 0; i < 90; i++) talk.send('server', '\x17'.repeat(1000)).send('client', '\x17'.repeat(1000));
		return [talk.close().packets, ['otherBytes=180006']];
	},
	'an answer without a length that its server ends by a reset': () => {
		const talk = started().send('client', REQUEST).send('server', 'HTTP/1.0 200 OK\r\n\r\nhello').send('client');
		return [talk.send('server', '', { flags: RST }).packets, ['GET /a 200 reset 28/24']];
	},
	'keep-alive probes': () => {
		const talk = exchange(started());
		const seq = talk.next('client') - 1;
		talk.send('client', '', { seq }).send('server').send('client', '\0', { seq }).send('server');
		return [exchange(talk).packets, [ok, ok]];
	},
	'a segment lost by the network and retransmitted late': () => {
		const talk = started({ step: 300_000_000n }).send('client', REQUEST);
		const seq = talk.next('server');
		const lost = talk.next('client');
		talk.skip('server', 20).send('server', ANSWER.slice(20), { seq: seq + 20 });
		for (let i = 0; i < 5; i++) talk.send('client', '', { ack: seq });
		talk.send('server', ANSWER.slice(0, 20), { seq }).send('client', '', { ack: seq + 43, seq: lost });
		return [talk.packets, [ok]];
	},
	'a segment that the capture lacks': () => [
		without(bodyInThree().packets, 5),
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=2 truncated=1'],
	],
	'a segment with the end of the head that the capture lacks: nobody knows how long the body is': () => [
		without(inThree().packets, 5),
		['GET /a 200 waiting 28/43 truncated', 'gaps=1 gapBytes=20 truncated=1'],
	],
	'the last segment before the FIN is lacking': () => [
		without(inThree().close().packets, 6),
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=3 truncated=1'],
	],
	'the last segment of the file is lacking': () => [
		without(inThree().packets, 6),
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=3 truncated=1'],
	],
	'nothing after a hole is acknowledged: the file ends': () => [
		without(bodyInThree().packets, 5, 7),
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=2 truncated=1'],
	],
	'a request that the capture lacks': () => [
		without(exchange(exchange(exchange(started()))).packets, 6),
		[ok, ok, 'gaps=1 gapBytes=28 unpaired=1'],
	],
	'an acknowledgement in front of some of what it confirms': () => {
		const { packets } = exchange(inThree());
		// Of the four in the middle, three of the answer and what confirms them.
		const orders = [[7, 4, 5, 6], [4, 6, 7, 5], [6, 7, 5, 4], [7, 6, 5, 4], [4, 7, 6, 5], [4, 5, 7, 8, 6], [7, 8, 6, 5, 4]]; // biome-ignore format: one
		const all = orders.map((order, i) => {
			const client = `10.0.1.${i}`;
			const told = exchange(inThree({ client })).packets;
			return [...told.slice(0, 4), ...order.map((at) => told[at]!), ...told.slice(4 + order.length)];
		});
		assert.equal(packets.length, 11);
		return [all.flat(), all.flatMap(() => [ok, ok])];
	},
	'a FIN and its acknowledgement in front of the last bytes': () => {
		const { packets } = inThree().close();
		return [[...without(packets, 6), packets[6]!], [ok]];
	},
	'bytes that come long after what shows that they are missing': () => {
		const { packets } = exchange(bodyInThree());
		const late = { ...packets[5]!, time: START + 500_000_000n };
		const other = exchange(started({ client: '10.0.0.3', start: START + 400_000_000n })).packets;
		return [
			[...without(packets, 5), ...other, late],
			['GET /a 200 ok 28/43 truncated', ok, ok, 'gaps=1 gapBytes=2 truncated=1'],
		];
	},
	'a request that stands behind its answer': () => [swap(exchange(exchange(started())).packets, 6, 7), [ok, ok]],
	'answers without their heads, and a request that the capture lacks: the next answer is not taken for theirs': () => {
		const talk = started();
		for (let i = 0; i < 4; i++) {
			const answer = response('x'.repeat(100 + i));
			talk
				.send('client', `GET /${i} HTTP/1.1\r\n\r\n`)
				.send('server', answer.slice(0, 60))
				.send('server', answer.slice(60));
			talk.send('client');
		}
		return [
			without(talk.packets, 4, 8, 11),
			[
				'GET /0 - unknown 19/-',
				'GET /1 - unknown 19/-',
				'GET /3 200 ok 19/143',
				'gaps=3 gapBytes=139 unparsedBytes=161 unpaired=1',
			],
		];
	},
	'an answer that may have asked for the body is lacking: nobody knows whether the body was part of the request':
		() => {
			const head = 'POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';
			const talk = started().send('client', head).send('server', 'HTTP/1.1 100 Continue\r\n\r\n').send('client');
			talk.send('server', ANSWER).send('client', 'hello').send('server');
			return [without(talk.packets, 4), ['POST /a 200 ok 61/43 truncated', 'gaps=1 gapBytes=25 truncated=1']];
		},
	'only what the server sent is in the file': () => [
		exchange(exchange(started())).packets.filter(({ bytes }) => bytes[29] === 2),
		['gaps=1 gapBytes=56 unpaired=1 earlier=1'],
	],
	'a short snapshot length': () => [
		inThree().packets.map((packet) => ({ ...packet, captured: Math.min(packet.bytes.length, 54 + 28) })),
		[ok],
	],
	'a snapshot length that cuts the reason of a failure': () => {
		const failure = 'HTTP/1.1 503 Service Temporarily Unavailable\r\nContent-Length: 0\r\n\r\n';
		const { packets } = exchange(started().send('client', REQUEST).send('server', failure));
		return [
			packets.map((packet) => ({ ...packet, captured: Math.min(packet.bytes.length, 54 + 28) })),
			['GET /a 503 error 28/67 truncated', 'GET /a 200 waiting 28/43 truncated', 'gaps=2 gapBytes=54 truncated=2'],
		];
	},
	'a snapshot length that cuts request lines': () => {
		const long = 'POST /a-long-path?q=1 HTTP/1.1\r\nContent-Length: 2\r\n\r\nok';
		const talk = exchange(exchange(started()).send('client', long).send('server', ANSWER));
		return [
			talk.packets.map((packet) => ({ ...packet, captured: Math.min(packet.bytes.length, 54 + 13) })),
			[
				'GET /a 200 ok 28/43 truncated',
				'POST /a-long-… 200 ok 55/43 truncated',
				'GET /a 200 waiting 28/43 truncated',
				'gaps=6 gapBytes=162 truncated=6',
			],
		];
	},
	'a snapshot length that cuts bodies': () => [
		exchange(started()).packets.map((packet) => ({ ...packet, captured: Math.min(packet.bytes.length, 54 + 40) })),
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=3 truncated=1'],
	],
	'the SYN is lacking': () => [without(inThree().packets, 0), [ok]],
	'the SYN-ACK is lacking': () => [without(inThree().packets, 1), [ok]],
	'the handshake is lacking': () => [without(inThree().packets, 0, 1, 2), [ok]],
	'handshake and request are lacking': () => [
		without(exchange(exchange(started())).packets, 0, 1, 2, 3),
		[ok, 'earlier=1'],
	],
	'data with the SYN': () => {
		const talk = new Talk().send('client', REQUEST, { flags: Flag.syn, ack: 0 });
		talk
			.send('server', '', { flags: Flag.syn | Flag.ack })
			.send('client')
			.send('server', ANSWER);
		return [talk.packets, [ok]];
	},
	'data with the FIN': () => {
		const talk = started().send('client', REQUEST).send('server', ANSWER.slice(0, 20));
		return [talk.send('server', ANSWER.slice(20), { flags: FIN }).send('client', '', { flags: FIN }).packets, [ok]];
	},
	'a FIN before the bytes that precede it': () => [swap(inThree().close().packets, 6, 9), [ok]],
	'a response that lasts to the FIN': () => {
		const talk = started().send('client', REQUEST).send('server', 'HTTP/1.1 200 OK\r\n\r\nhello');
		return [talk.send('server', '', { flags: FIN }).packets, ['GET /a 200 ok 28/24']];
	},
	'a response that lasts to the FIN, which comes early': () => {
		const talk = started().send('client', REQUEST).send('server', 'HTTP/1.1 200 OK\r\n\r\nhello');
		return [swap(talk.send('server', '', { flags: FIN }).packets, 4, 5), ['GET /a 200 ok 28/24']];
	},
	'no answer before the FIN': () => [
		started().send('client', REQUEST).send('server', '', { flags: FIN }).packets,
		['GET /a - closed 28/-'],
	],
	'no answer before the file ends': () => [started().send('client', REQUEST).packets, ['GET /a - waiting 28/-']],
	'reset by the server': () => [
		started().send('client', REQUEST).send('server', '', { flags: RST }).packets,
		['GET /a - reset 28/-'],
	],
	'reset by the client before the answer: it has closed, as live': () => [
		started().send('client', REQUEST).send('client', '', { flags: RST }).packets,
		['GET /a - closed 28/-'],
	],
	'reset by the client within an answer without a length': () => {
		const talk = started().send('client', REQUEST).send('server', 'HTTP/1.0 200 OK\r\n\r\nhello').send('client');
		return [talk.send('client', '', { flags: RST }).packets, ['GET /a 200 closed 28/24']];
	},
	'reset by the client after the answer': () => [exchange(started()).send('client', '', { flags: RST }).packets, [ok]],
	'a reset of an older connection with these ports': () => {
		const talk = started().send('client', REQUEST);
		for (const behind of [-2_000, 500, 500_000_000]) {
			talk.send('server', '', { flags: RST, seq: talk.next('server') + behind });
		}
		return [talk.send('server', ANSWER).packets, [ok]];
	},
	'a reset in front of the last bytes': () => {
		const talk = started().send('client', REQUEST).send('server', ANSWER.slice(0, 40));
		const end = talk.next('server') + ANSWER.length - 40;
		return [talk.send('server', '', { flags: RST, seq: end }).send('server', ANSWER.slice(40)).packets, [ok]];
	},
	'the same, where one request is not answered yet': () => {
		const talk = started().send('client', REQUEST).send('client', REQUEST).send('server', ANSWER.slice(0, 40));
		const end = talk.next('server') + ANSWER.length - 40;
		const { packets } = talk.send('server', '', { flags: RST, seq: end }).send('server', ANSWER.slice(40));
		return [packets, [ok, 'GET /a - reset 28/-']];
	},
	'a reset of an older connection, after which the connection goes on': () => {
		const talk = started().send('client', REQUEST);
		talk.send('server', '', { flags: RST, seq: talk.next('server') + 500 });
		return [talk.send('server').packets, ['GET /a - waiting 28/-']];
	},
	'a reset behind bytes that are not in the file': () => [
		started()
			.send('client', REQUEST)
			.send('server', ANSWER.slice(0, 40))
			.skip('server', 3)
			.send('server', '', { flags: RST }).packets,
		['GET /a 200 reset 28/40'],
	],
	'urgent data in front of a request': () => [
		exchange(exchange(started()).send('client', '!', { flags: Flag.ack | Flag.urg, urgent: 1 })).packets,
		[ok, ok, 'gaps=1 gapBytes=1'],
	],
	'a segment with urgent data, and one whose urgent data come later': () => [
		started()
			.send('client', REQUEST, { flags: Flag.ack | Flag.urg, urgent: REQUEST.length + 1 })
			.send('server', `${ANSWER}!`, { flags: Flag.ack | Flag.urg, urgent: ANSWER.length + 1 })
			.send('client').packets,
		[ok, 'gaps=1 gapBytes=1'],
	],
	refused: () => [
		new Talk().send('client', '', { flags: Flag.syn, ack: 0 }).send('server', '', { flags: RST }).packets,
		[],
	],
	'what a client sends in front of a slow answer that makes a tunnel': () => {
		const early = '\x16\x03\x01\x00\x05hello';
		const talk = started()
			.send('client', `CONNECT h:443 HTTP/1.1\r\n\r\n${early}`)
			.send('client', early)
			.send('server');
		talk.send('server', 'HTTP/1.1 200 OK\r\n\r\n').send('client', early);
		const other = exchange(started({ client: '10.0.0.3', start: START + 900_000_000n })).packets;
		const late = talk.packets.slice(6).map((packet) => ({ ...packet, time: packet.time + 2_000_000_000n }));
		return [
			[...talk.packets.slice(0, 6), ...other, ...late],
			[ok, 'CONNECT h:443 200 ok 26/19', 'tlsBytes=30'],
		];
	},
	'a message of WebSocket in front of a slow answer': () => {
		const head = 'GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
		const frame = Buffer.from('8182000000006869', 'hex');
		const answer = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
		const talk = started().send('client', head).send('client', frame).send('server', answer).send('client', frame);
		const other = exchange(started({ client: '10.0.0.3', start: START + 900_000_000n })).packets;
		const late = talk.packets.slice(5).map((packet) => ({ ...packet, time: packet.time + 2_000_000_000n }));
		return [
			[...talk.packets.slice(0, 5), ...other, ...late],
			[ok, `GET /a 101 ok ${head.length}/${answer.length}`, ' null - ok 8/-', ' null - ok 8/-'],
		];
	},
	'the ports are used again': () => {
		const first = exchange(started()).close();
		return [
			[...first.packets, ...exchange(started({ clientIsn: 777, serverIsn: 888 })).packets],
			[ok, ok],
		];
	},
	'the ports are used again and nothing ended before': () => {
		const first = started().send('client', REQUEST);
		return [
			[...first.packets, ...exchange(started({ clientIsn: 777, serverIsn: 888 })).packets],
			['GET /a - closed 28/-', ok],
		];
	},
	'answers that the file lacks are of the requests that they were sent to': () => {
		const talk = started().send('client', REQUEST).skip('server', 41).send('client', REQUEST).skip('server', 41);
		return [
			talk.send('client', '', { flags: FIN }).send('server', '', { flags: FIN }).send('client').packets,
			['GET /a - unknown 28/-', 'GET /a - unknown 28/-', 'gaps=2 gapBytes=82'],
		];
	},
	'one direction, all of it answered': () => {
		const talk = new Talk()
			.send('client', REQUEST)
			.skip('server', 41)
			.send('client', REQUEST)
			.skip('server', 41)
			.send('client');
		return [talk.packets, ['GET /a - unknown 28/-', 'GET /a - unknown 28/-', 'gaps=1 gapBytes=82']];
	},
	'the ports are used again, without a handshake': () => {
		const first = exchange(started()).close();
		const second = exchange(started({ clientIsn: 2 ** 31, serverIsn: 2 ** 31 + 7 })).packets;
		return [
			[...first.packets, ...without(second, 0, 1, 2)],
			[ok, ok],
		];
	},
	'retransmissions after the end': () => {
		const talk = started();
		const seq = talk.next('client');
		exchange(talk).close().send('client', REQUEST, { seq }).send('client', '', { flags: FIN });
		return [talk.packets, [ok]];
	},
	'a segment of another connection far outside the window, then this one goes on': () => {
		const talk = started().send('client', REQUEST);
		talk.send('server', '', { seq: talk.next('server') + 2 ** 31 - 1 });
		return [talk.send('server', ANSWER).packets, [ok]];
	},
	'the ports are used again, and neither an end nor a handshake is in the file': () => {
		const first = exchange(started({ clientIsn: 2 ** 31 + 2 ** 29, serverIsn: 2 ** 31 + 2 ** 29 }));
		const second = exchange(started({ clientIsn: 10, serverIsn: 20 })).packets;
		return [
			[...first.packets, ...without(second, 0, 1, 2)],
			[ok, ok],
		];
	},
	'the ports are used again by lower numbers, which the file has no handshake of': () => {
		const [first, second] = [
			new Talk({ clientIsn: 400_000_000, serverIsn: 700_000_000 }),
			new Talk({ clientIsn: 10, serverIsn: 20 }),
		];
		return [
			[...exchange(first).packets, ...exchange(second).packets],
			[ok, ok],
		];
	},
	'a FIN that the capture lacks is no missing byte': () => {
		const talk = exchange(started()).skip('client', 1);
		return [talk.send('server').packets, [ok]];
	},
	'a reset while a segment waits for the one before': () => [
		[...without(bodyInThree().packets, 5, 7), new Talk().send('server', '', { flags: RST }).packets[0]!],
		['GET /a 200 ok 28/43 truncated', 'gaps=1 gapBytes=2 truncated=1'],
	],
	'a header that is longer than its segment': () => {
		const talk = started().send('client', REQUEST);
		const { bytes } = new Talk().send('server', '', { flags: RST }).packets[0]!;
		const broken = Buffer.from(bytes);
		// The data offset, behind Ethernet and IP.
		broken[14 + 20 + 12] = 0xf0;
		return [[...talk.packets, { time: START, bytes: broken }, ...talk.send('server', ANSWER).packets.slice(-1)], [ok]];
	},
	'a snapshot length that cuts TCP options': () => [
		started()
			.send('client', REQUEST, { options: 12 })
			.packets.map((packet, i) => ({ ...packet, captured: i < 3 ? packet.bytes.length : 54 + 6 })),
		['gaps=1 gapBytes=28'],
	],
	'a snapshot length that cuts TCP headers': () => [
		started()
			.send('client', REQUEST)
			.packets.map((packet, i) => ({ ...packet, captured: i < 3 ? packet.bytes.length : 54 - 6 })),
		['cutHeaders=1'],
	],
	'a snapshot length that cuts IP headers': () => [
		started()
			.send('client', REQUEST)
			.packets.map((packet, i) => ({ ...packet, captured: i < 3 ? packet.bytes.length : 34 - 6 })),
		['cutHeaders=1'],
	],
	'a snapshot length that cuts Ethernet headers': () => [
		started()
			.send('client', REQUEST)
			.packets.map((packet, i) => ({ ...packet, captured: i < 3 ? packet.bytes.length : 13 })),
		['cutHeaders=1'],
	],
	'cut packets of what is not IP': () => {
		const arp = Buffer.alloc(60);
		arp.writeUInt16BE(0x0806, 12);
		return [[{ time: START, bytes: arp, captured: 30 }, ...exchange(started()).packets], [ok]];
	},
	'a cut segment and a longer retransmission of it, cut as well': () => {
		const talk = started().send('client', REQUEST);
		const seq = talk.next('server');
		talk.send('server', ANSWER.slice(0, 42)).send('server', ANSWER, { seq });
		return [
			talk.packets.map((packet) => ({ ...packet, captured: Math.min(packet.bytes.length, 54 + 40) })),
			['GET /a 200 ok 28/43 truncated', 'gaps=2 gapBytes=3 truncated=1'],
		];
	},
	'two connections with the ports exchanged': () => [
		[
			...exchange(started({ clientPort: 5000, serverPort: 6000 })).packets,
			...exchange(started({ clientPort: 6000, serverPort: 5000 })).packets,
		],
		[ok, ok],
	],
	'two connections with the same sum of addresses and ports': () => [
		[
			...exchange(started({ client: '10.0.0.1', clientPort: 4001, server: '10.0.0.9' })).packets,
			...exchange(started({ client: '10.0.0.2', clientPort: 4000, server: '10.0.0.9' })).packets,
		],
		[ok, ok],
	],
};

describe('TCP', () => {
	for (const [name, make] of Object.entries(CASES)) {
		test(name, async () => {
			const [packets, expected] = make();
			assert.deepEqual(told(await read(pcap(packets))), expected);
		});
	}

	test('names a connection that uses the ports again otherwise', async () => {
		const packets = [...exchange(started()).close().packets, ...exchange(started({ clientIsn: 77 })).packets];
		const { rows } = await read(pcap(packets));
		assert.notEqual(rows[0]?.endpoint.conn, rows[1]?.endpoint.conn);
	});

	test('a body is complete when its last missing segment has come', async () => {
		const { packets } = inThree();
		const late = { ...packets[5]!, time: START + 50_000_000n };
		// Nobody has acknowledged it before.
		const { rows } = await read(pcap([...without(packets, 5, 7), late]));
		assert.equal(rows[0]?.response?.firstTime, 4e6);
		assert.equal(rows[0].endTime, 50e6);
	});

	const other = { client: '10.0.0.3', start: START + 1_000_000_000n };
	const early: Readonly<Record<string, readonly CapturedPacket[]>> = {
		'the sender has gone on': started()
			.send('client', 'POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\n')
			.skip('client', 9)
			.send('server', ANSWER)
			.send('client').packets,
		'a FIN behind it was acknowledged': without(
			bodyInThree().send('server', '', { flags: FIN }).send('client').packets,
			6,
			7,
		),
	};
	for (const [name, packets] of Object.entries(early)) {
		test(`what is missing is known before the file ends: ${name}`, async () => {
			const { rows } = await read(pcap([...packets, ...exchange(started(other)).packets]));
			assert.deepEqual(
				rows.map(({ endpoint, outcome }) => `${endpoint.localIp} ${outcome}`),
				['10.0.0.1 ok', '10.0.0.3 ok'],
			);
		});
	}

	test('many connections at once, interleaved', async () => {
		const talks = Array.from({ length: 5000 }, (_, i) =>
			exchange(started({ client: `10.1.${i >> 8}.${i & 255}`, clientPort: 1024 + i, clientIsn: i * 1000 })),
		);
		const packets = talks.flatMap((talk) => talk.packets.map((packet, i) => ({ packet, i })));
		packets.sort((a, b) => a.i - b.i);
		const { rows } = await read(pcap(packets.map(({ packet }) => packet)));
		assert.equal(rows.filter(({ outcome }) => outcome === 'ok').length, 5000);
		assert.equal(new Set(rows.map(({ endpoint }) => endpoint.conn)).size, 5000);
	});
});

test('the first line of a connection may be long', async () => {
	const long = (bytes: number) => `GET /${'x'.repeat(bytes)} HTTP/1.1\r\n\r\n`;
	for (const bytes of [7_985, 16_000]) {
		const talk = new Talk().handshake();
		for (let at = 0; at < long(bytes).length; at += 1400) talk.send('client', long(bytes).slice(at, at + 1400));
		const { rows, completeness } = await read(pcap(talk.send('server', response('1')).packets));
		assert.deepEqual([rows.length, completeness.unpaired], [1, 0], `${bytes} bytes`);
	}
});

test('a request behind one whose first line came in two pieces began with the second piece', async () => {
	const two = (path: string) => `GET /${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
	const talk = new Talk()
		.handshake()
		.send('client', 'G')
		.send('client', two('one').slice(1) + two('two'));
	const { rows } = await read(pcap(talk.send('server', response('1') + response('2')).packets));
	const times = rows.map(({ request }) => request?.firstTime);
	assert.deepEqual(times, [3e6, 4e6]);
	assert.deepEqual(
		rows.map((row) => fieldOf(row, 'latency')),
		[2e6, 1e6],
	);
});
