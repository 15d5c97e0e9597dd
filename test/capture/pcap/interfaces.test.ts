import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { openPcap } from '../../../engine/capture/pcap/source.ts';
import { lookupField } from '../../../engine/exchange/catalog.ts';
import type { Exchange } from '../../../engine/exchange/exchange.ts';
import { type CapturedPacket, type Device, LINKTYPE, pcap, section } from './files.ts';
import { ETHERTYPE } from './frames.ts';
import { read, readSource } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const field = (name: string, exchange: Exchange | undefined) => {
	const found = lookupField(name, null);
	return found?.kind === 'field' && exchange !== undefined ? found.field.get(exchange) : undefined;
};

const talk = (): Talk => new Talk().handshake().send('client', REQUEST).send('server', response('hello'));

/** Where requests and answers passed, of packets that name the number of their interface. */
const passed = async (packets: readonly CapturedPacket[], devices: readonly Device[], big = false) => {
	const { rows, error } = await read(section(packets, { devices, big }));
	assert.equal(error, null);
	return rows.map(({ request, response: answer }) => [request?.stages?.iface, answer?.stages?.iface]);
};

const on = (device: number, packets: readonly CapturedPacket[]): CapturedPacket[] =>
	packets.map((packet) => ({ ...packet, device }));

describe('the interface that pcapng tells', () => {
	const CASES: Readonly<Record<string, readonly [Device, expected: string]>> = {
		'its name': [{ name: 'eth0' }, 'eth0'],
		'a name that ends with a zero': [{ name: 'eth0\0' }, 'eth0'],
		'its name, not its description': [{ name: 'eth0', description: 'the uplink' }, 'eth0'],
		'without a name its description': [{ name: null, description: 'Wi-Fi' }, 'Wi-Fi'],
		'with neither its number': [{ name: null }, 'if0'],
		'longer than those of Linux, not only ASCII': [
			{ name: `\\Device\\NPF_{${'Ü'.repeat(36)}}` },
			`\\Device\\NPF_{${'Ü'.repeat(36)}}`,
		],
	};
	for (const [name, [device, expected]] of Object.entries(CASES))
		test(name, async () => {
			for (const big of [false, true])
				assert.deepEqual(await passed(talk().packets, [device], big), [[expected, expected]]);
		});

	test('of several, each its own, with its own link type', async () => {
		const other = new Talk({ clientPort: 41_000, wrap: cooked(7) }).handshake().send('client', REQUEST);
		const raw = new Talk({ clientPort: 42_000, wrap: plain }).handshake().send('client', REQUEST);
		const devices = [{ name: 'eth0' }, { name: 'any', link: LINKTYPE.sll2 }, { name: 'tun0', link: LINKTYPE.raw }];
		const packets = [...on(0, talk().packets), ...on(1, other.packets), ...on(2, raw.packets)];
		assert.deepEqual(await passed(packets, devices), [['eth0', 'eth0'], ['if7', undefined], ['tun0', undefined]]); // biome-ignore format: one
	});

	test('a connection whose answer comes another way', async () => {
		const { packets } = talk();
		const split = packets.map((packet, i) => ({ ...packet, device: i === packets.length - 1 ? 1 : 0 }));
		assert.deepEqual(await passed(split, [{ name: 'eth0' }, { name: 'eth1' }]), [['eth0', 'eth1']]);
	});

	test('a segment that was held back', async () => {
		const { packets } = new Talk()
			.handshake()
			.send('client', REQUEST.slice(0, 10))
			.send('client', REQUEST.slice(10))
			.send('server', response(''));
		const swapped = packets.with(3, packets[4]!).with(4, packets[3]!);
		assert.deepEqual(await passed(on(1, swapped), [{ name: 'eth0' }, { name: 'eth1' }]), [['eth1', 'eth1']]);
	});
});

const ipOf = (frame: Buffer): Buffer => frame.subarray(14);
/** The IP packet of a default frame. */
const plain = (segment: Buffer, fromClient: boolean): Buffer => {
	const [one] = new Talk().send(fromClient ? 'client' : 'server').packets;
	const header = Buffer.from(ipOf(Buffer.from(one!.bytes)).subarray(0, 20));
	header.writeUInt16BE(20 + segment.length, 2);
	return Buffer.concat([header, segment]);
};
const cooked =
	(index: number) =>
	(segment: Buffer, fromClient: boolean): Buffer => {
		const header = Buffer.alloc(20);
		header.writeUInt16BE(ETHERTYPE.ipv4, 0);
		header.writeUInt32BE(index, 4);
		return Buffer.concat([header, plain(segment, fromClient)]);
	};

test('a capture of all interfaces tells their indexes', async () => {
	const { packets } = new Talk({ wrap: cooked(12) }).handshake().send('client', REQUEST).send('server', response(''));
	const { rows } = await read(pcap(packets, { link: LINKTYPE.sll2 }));
	assert.deepEqual(rows.map((row) => field('iface', row)), ['if12']); // biome-ignore format: one
});

test('a file that names none has none', async () => {
	const { rows } = await read(pcap(talk().packets));
	assert.deepEqual(rows.map((row) => field('iface', row)), [null]); // biome-ignore format: one
});

test('packets that were captured on two interfaces are no retransmissions', async () => {
	const { packets } = talk();
	const repeated = (ns: bigint) =>
		packets.flatMap((packet) => [
			{ ...packet, device: 0 },
			{ ...packet, device: 1, time: packet.time + ns },
		]);
	const twice = repeated(300_000n);
	const { rows } = await read(section(twice, { devices: [{ name: 'veth1' }, { name: 'eth0' }] }));
	assert.deepEqual(
		rows.map((row) => [field('iface', row), field('retransmits', row)]),
		[['veth1', 0]],
	);
	const path = join(mkdtempSync(join(tmpdir(), 'ciq-interfaces-')), 'file');
	try {
		writeFileSync(path, section(twice, { devices: [{ name: 'veth1' }, { name: 'eth0' }] }));
		const { counts } = await readSource(await openPcap(path), 'counts');
		assert.deepEqual(counts.map(({ retransmits }) => retransmits), [0], 'where nobody asks for stages'); // biome-ignore format: one
	} finally {
		rmSync(dirname(path), { recursive: true });
	}
	const again = await read(section(repeated(3_000_000n), { devices: [{ name: 'eth0' }, { name: 'eth0' }] }));
	assert.deepEqual(again.rows.map((row) => field('retransmits', row)), [1], 'on one they are'); // biome-ignore format: one
});

/** As cooked captures have it that do not tell the interface; `hops` changes on the way. */
const cooked1 = (ip: Buffer, identification: number, hops: number): Buffer => {
	const packet = Buffer.from(ip);
	packet.writeUInt16BE(identification, 4);
	packet[8] = hops;
	packet[36] = hops;
	return Buffer.concat([
		Buffer.from(`0000000100060203040506070000${packet[0]! >> 4 === 6 ? '86dd' : '0800'}`, 'hex'),
		packet,
	]);
};

test('packets that a cooked capture has of several interfaces, without their names, are no retransmissions', async () => {
	const last = talk().packets.at(-1)!;
	const sentAgain = [
		...talk().packets.slice(0, -1),
		{ ...talk().packets.at(-2)!, time: last.time },
		{ ...last, time: last.time + 9_000_000n },
	];
	const retransmits = async (packets: readonly CapturedPacket[], identified: boolean): Promise<unknown> => {
		const passed = packets.flatMap(({ time, bytes }, i) =>
			[64, 64, 63].map((hops, n) => ({
				time: time + 300_000n * BigInt(n),
				bytes: cooked1(ipOf(Buffer.from(bytes)), identified ? i + 1 : 0, hops),
			})),
		);
		const { rows } = await read(pcap(passed, { link: LINKTYPE.sll }));
		return rows.map((row) => [field('iface', row), field('retransmits', row)]);
	};
	assert.deepEqual(await retransmits(talk().packets, true), [[null, 0]]);
	assert.deepEqual(await retransmits(talk().packets, false), [[null, 0]]);
	assert.deepEqual(await retransmits(sentAgain, true), [[null, 1]]);
});
