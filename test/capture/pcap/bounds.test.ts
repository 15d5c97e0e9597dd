import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fragments } from '../../../engine/capture/pcap/fragments.ts';
import { Holes } from '../../../engine/capture/pcap/holes.ts';
import { newDatagram, readIp } from '../../../engine/capture/pcap/ip.ts';
import { ReorderBudget, ReorderBuffer } from '../../../engine/capture/pcap/reorder.ts';
import { newSegment, type Segment } from '../../../engine/capture/pcap/segment.ts';
import { pcap } from './files.ts';
import { Flag, ipv4 } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const BYTES = Buffer.alloc(1460);

const segment = (length: number): Segment => ({ ...newSegment(), bytes: BYTES, captured: length, length });

test('a reorder buffer overflows by its bytes', () => {
	const buffer = new ReorderBuffer(new ReorderBudget());
	let segments = 0;
	while (!buffer.overflows) buffer.add(1 + segments++ * 1460, segment(1460), 0);
	assert.ok(segments * 1460 <= 5 << 20);
});

test('and by its segments', () => {
	const buffer = new ReorderBuffer(new ReorderBudget());
	let segments = 0;
	while (!buffer.overflows) buffer.add(1 + segments++, segment(1), 0);
	assert.ok(segments <= 5000);
});

test('and when all together hold too much; what is told makes room', () => {
	const budget = new ReorderBudget();
	const buffers = Array.from({ length: 40 }, () => new ReorderBuffer(budget));
	for (const buffer of buffers) for (let i = 0; i < 1000; i++) buffer.add(1 + i * 1460, segment(1460), 0);
	assert.ok(buffers.every(({ overflows }) => overflows));
	assert.ok(!new ReorderBuffer(budget).overflows, 'one that holds nothing has nothing to give up');
	for (const buffer of buffers.slice(1)) while (buffer.first !== undefined) buffer.shift();
	assert.ok(!buffers[0]?.overflows);
	while (buffers[0]?.first !== undefined) buffers[0].shift();
	assert.equal(budget.used, 0);
});

test('what was held behind the end of a connection takes no room from others when that is over', async () => {
	const hostile = (port: number, payload: number) => {
		const talk = new Talk({ client: '10.0.0.9', clientPort: 1000 + port, step: 1000n }).handshake();
		talk.send('client', '', { flags: Flag.fin | Flag.ack });
		talk.send('client', Buffer.alloc(payload), { seq: talk.next('client') + 1000 });
		return talk.send('server', '', { flags: Flag.fin | Flag.ack }).packets;
	};
	const overtaken = new Talk().handshake().send('client', REQUEST);
	const seq = overtaken.next('server');
	const answer = response('hello');
	overtaken.send('server', answer.slice(20), { seq: seq + 20 }).send('server', answer.slice(0, 20), { seq });
	const of = async (large: number, small: number): Promise<readonly string[]> => {
		const sizes = [...new Array<number>(large).fill(60_000), ...new Array<number>(small).fill(1)];
		const packets = sizes.flatMap((payload, port) => hostile(port, payload));
		return told(await read(pcap([...packets, ...overtaken.packets])));
	};
	// 32 MiB, with what a segment costs besides.
	assert.deepEqual(await of(557, 300), await of(1, 1));
});

test('what is held already is not held again', () => {
	const budget = new ReorderBudget();
	const buffer = new ReorderBuffer(budget);
	buffer.add(100, segment(50), 0);
	const { used } = budget;
	for (const [pos, length] of [[100, 50] as const, [100, 20] as const, [120, 30] as const])
		buffer.add(pos, segment(length), 0);
	assert.equal(budget.used, used);
});

test('holes are bounded, also where each byte that fills one makes two of it', () => {
	const holes = new Holes();
	holes.add(0, 2000, 1);
	for (let pos = 1; pos < 2000; pos += 2) holes.fill(pos, pos + 1);
	const known = Array.from({ length: 1000 }, (_, i) => holes.fill(2 * i, 2 * i + 1)).filter((since) => since !== null);
	assert.ok(known.length > 0 && known.length <= 256, `${known.length} holes`);
});

/** Hands one fragment of a datagram over; true when that made it whole. */
const fragment = (fragments: Fragments, identification: number, offset: number, more: boolean, time = 0): boolean => {
	const fields = {
		source: '10.0.0.1',
		destination: '10.0.0.2',
		identification,
		fragmentOffset: offset,
		moreFragments: more,
	};
	const packet = ipv4(fields, Buffer.alloc(8));
	const datagram = newDatagram();
	assert.ok(readIp(packet, 0, packet.length, packet.length, datagram));
	return fragments.take(datagram, time);
};

test('fragments make a datagram', () => {
	const fragments = new Fragments();
	assert.equal(fragment(fragments, 1, 0, true), false);
	assert.equal(fragment(fragments, 1, 8, false, 59e9), true);
});

test('the oldest datagram is given up for one more', () => {
	const fragments = new Fragments();
	for (let i = 0; i < 257; i++) fragment(fragments, i, 0, true);
	assert.equal(fragment(fragments, 0, 8, false), false);
	assert.equal(fragment(fragments, 256, 8, false), true);
});

test('what is not whole after a minute is dropped', () => {
	const fragments = new Fragments();
	fragment(fragments, 1, 0, true);
	assert.equal(fragment(fragments, 1, 8, false, 61e9), false);
});

test('a fragment behind the largest payload is none', () => {
	const fragments = new Fragments();
	fragment(fragments, 1, 0, true);
	assert.equal(fragment(fragments, 1, 65_528, false), false);
	assert.equal(fragment(fragments, 1, 8, false), true, 'the others are not affected');
});

test('handshakes that lead to nothing are bounded: the oldest is forgotten, and no exchange with it', async () => {
	const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
	const scan = (ports: number) =>
		Array.from(
			{ length: ports },
			(_, port) => new Talk({ client: '10.0.0.9', clientPort: port + 1 }).handshake().packets[0]!,
		);
	const connectTime = async (ports: number): Promise<unknown> => {
		const { rows } = await read(pcap([...packets.slice(0, 1), ...scan(ports), ...packets.slice(1)], { unit: 1 }));
		return rows.map(({ outcome, endpoint }) => [outcome, endpoint.connectTime !== null]);
	};
	assert.deepEqual(await connectTime(1000), [['ok', true]]);
	assert.deepEqual(await connectTime(20_000), [['ok', false]]);
});
