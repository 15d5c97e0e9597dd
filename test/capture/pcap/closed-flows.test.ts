import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CapturedPacket, pcap, START } from './files.ts';
import { Flag } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk, type TalkOptions } from './talk.ts';

const FIN = Flag.fin | Flag.ack;
const SYN = Flag.syn | Flag.ack;
const ok = 'GET /a 200 ok 28/43';
const ANSWER = response('hello');

/** One exchange, and both ends have closed. */
const closed = (options: TalkOptions = {}): Talk =>
	new Talk(options).handshake().send('client', REQUEST).send('server', ANSWER).close();

/** What comes behind the end of a connection, and how many exchanges the file has with it. */
const CASES: Readonly<Record<string, readonly [exchanges: number, late: (talk: Talk) => Talk]>> = {
	'the request again': [1, (talk) => talk.send('client', REQUEST, { seq: 1001 })],
	'the answer again': [1, (talk) => talk.send('server', ANSWER, { seq: 5001 })],
	'both FINs again': [
		1,
		(talk) =>
			talk
				.send('client', '', { seq: talk.next('client') - 1, flags: FIN })
				.send('server', '', { seq: talk.next('server') - 1, flags: FIN }),
	],
	'the handshake again': [
		1,
		(talk) =>
			talk.send('client', '', { seq: 1000, flags: Flag.syn, ack: 0 }).send('server', '', { seq: 5000, flags: SYN }),
	],
	'the handshake again, and data behind it': [
		1,
		(talk) => talk.send('client', '', { seq: 1000, flags: Flag.syn, ack: 0 }).send('client', REQUEST, { seq: 1001 }),
	],
	'a reset': [1, (talk) => talk.send('client', '', { flags: Flag.rst })],
	'a new connection of the same ports': [
		2,
		(talk) => {
			talk.packets.push(...closed({ clientIsn: 9000, serverIsn: 1, start: START + 500_000_000n }).packets);
			return talk;
		},
	],
	'one of the same ports without its handshake': [
		2,
		(talk) => talk.skip('client', 10).skip('server', 10).send('client', REQUEST).send('server', ANSWER).send('client'),
	],
	'a new connection, and in the middle of it the request of the one before': [
		2,
		(talk) => {
			const next = new Talk({ clientIsn: 2 ** 31, serverIsn: 1, start: START + 500_000_000n });
			const [late] = talk.send('client', REQUEST, { seq: 1001 }).packets.splice(-1);
			talk.packets.push(...next.handshake().send('client', REQUEST).packets, late!);
			talk.packets.push(...next.send('server', ANSWER).close().packets.slice(4));
			return talk;
		},
	],
};

describe('behind the end of a connection', () => {
	for (const [name, [exchanges, late]] of Object.entries(CASES)) {
		test(name, async () => {
			const { packets } = late(closed());
			const answer = await read(pcap(packets));
			assert.deepEqual(told(answer), Array(exchanges).fill(ok));
			assert.equal(answer.transfers.length, exchanges, 'connections');
		});
	}
});

/** Connections that were closed, each with a port and an address of its own. */
const many = (count: number): CapturedPacket[] =>
	Array.from({ length: count }, (_, i) =>
		new Talk({ clientPort: 1024 + (i % 60_000), client: `10.1.${i >> 8}.${i & 255}`, step: 1n })
			.send('client', REQUEST, { flags: FIN })
			.send('server', ANSWER, { flags: FIN }),
	).flatMap(({ packets }) => packets);

test('is known of the last 16,384 connections', async () => {
	const packets = many(16_500);
	const of = (i: number): readonly CapturedPacket[] => packets.slice(2 * i, 2 * i + 1);
	const rows = async (late: readonly CapturedPacket[]) => (await read(pcap([...packets, ...late]))).rows.length;
	assert.equal(await rows([...of(16_499), ...of(8_000), ...of(116)]), 16_500);
	assert.equal(await rows(of(115)), 16_501, 'it is taken for one of a new connection');
});
