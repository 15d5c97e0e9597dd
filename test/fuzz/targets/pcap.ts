import { readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { InputError } from '../../../engine/capture/input-error.ts';
import { openPcap } from '../../../engine/capture/pcap/source.ts';
import { type CapturedPacket, LINKTYPE, pcap as pcapFile, section } from '../../capture/pcap/files.ts';
import { ethernet, ipv6, tcp } from '../../capture/pcap/frames.ts';
import { readBoth } from '../../capture/pcap/read.ts';
import { REQUEST, response, Talk } from '../../capture/pcap/talk.ts';
import { CARRIERS, type Carrier } from '../../capture/pcap/tunnels.ts';
import { tracesOf } from '../../conformance/traces.ts';
import type { Target } from '../target.ts';
import { asFile } from './files.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_BYTES = 14;
const PCAPNG = 0x0a0d0d0a;
const MAX_BYTES = 1 << 14;

/** Where the records of a pcap file begin, or the blocks of a pcapng file. */
const recordStarts = (input: Uint8Array): number[] => {
	const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
	const isBlocks = bytes.length >= 4 && bytes.readUInt32LE(0) === PCAPNG;
	const starts = [0];
	let at = isBlocks ? 0 : FILE_HEADER_BYTES;
	while (at + RECORD_HEADER_BYTES <= bytes.length) {
		if (at > 0) starts.push(at);
		const size = isBlocks ? bytes.readUInt32LE(at + 4) : RECORD_HEADER_BYTES + bytes.readUInt32LE(at + 8);
		at += Math.max(RECORD_HEADER_BYTES, size);
	}
	return starts;
};

const run = async (input: Uint8Array): Promise<void> => {
	try {
		const path = asFile(input);
		await readBoth(() => openPcap(path));
	} catch (error) {
		if (!(error instanceof InputError)) throw error;
	}
};

const talk = (): Talk =>
	new Talk({ clientIsn: 2 ** 32 - 20 })
		.handshake()
		.send('client', REQUEST)
		.send('server', response('x'.repeat(20)).slice(0, 30))
		.send('server', response('x'.repeat(20)).slice(30))
		.close();

/** The same packets within others: Ethernet and its padding are left off. */
const carried = (packets: readonly CapturedPacket[], carrier: Carrier): CapturedPacket[] =>
	packets.map(({ time, bytes }) => {
		const packet = Buffer.from(bytes.subarray(ETHERNET_BYTES));
		return { time, bytes: carrier(packet.subarray(0, packet.readUInt16BE(2))) };
	});

const seeds = (): Uint8Array[] => {
	const { packets } = talk();
	const shuffled = packets.toSorted((a, b) => a.bytes.length - b.bytes.length);
	const six = ethernet(
		ipv6(
			{ source: 1, destination: 2, extensions: [[0, Buffer.from([0, 1, 2, 3, 4, 5, 6])]] },
			tcp({ sourcePort: 1, destinationPort: 2, seq: 1, payload: REQUEST }),
		),
		[0x8100],
	);
	const made = [
		pcapFile(packets),
		pcapFile(shuffled, { big: true, unit: 1 }),
		pcapFile([...packets, { time: packets[0]!.time, bytes: six }], { link: LINKTYPE.ethernet }),
		section(packets, { devices: [{ tsresol: 9, offset: 5 }], between: [[4, Buffer.alloc(8)]] }),
		section(
			packets.map((packet, i) => ({ ...packet, simple: i % 2 === 0 })),
			{ big: true },
		),
		gzipSync(pcapFile(packets)),
		zstdCompressSync(section(packets)),
		...Object.values(CARRIERS).map((carrier) => pcapFile(carried(packets, carrier))),
	];
	const real = ['http', 'websocket', 'dns', 'redis'].flatMap((protocol) => tracesOf(protocol) ?? []);
	return [...made, ...real.map(({ path }) => readFileSync(path)).filter(({ length }) => length <= MAX_BYTES)];
};

/** Packet captures: files, link layers, IP, fragments, TCP and its reassembly. */
export const pcap: Target = {
	name: 'pcap',
	seeds,
	dictionary: [
		...talk()
			.packets.slice(0, 4)
			.flatMap(({ bytes }) => [bytes, bytes.subarray(14), bytes.subarray(34)]),
		...[0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, PCAPNG, 6, 3, 1, 5, 4].map((word) => {
			const bytes = Buffer.alloc(4);
			bytes.writeUInt32LE(word);
			return bytes;
		}),
		...[
			[0x08, 0],
			[0x86, 0xdd],
			[0x81, 0],
			[0x20, 0],
			[0x88, 0x47],
			[0x88, 0x64],
			[0x88, 0xe5],
			[2152 >> 8, 2152 & 255],
			[0x30, 0xff],
			[0x65, 0x58],
			[4789 >> 8, 4789 & 255],
			[6081 >> 8, 6081 & 255],
			[0x45, 0],
			[0x60, 0],
		].map((bytes) => Uint8Array.from(bytes)),
	],
	units: recordStarts,
	maxBytes: MAX_BYTES,
	maxSteps: { base: 200_000, perByte: 100 },
	run,
};
