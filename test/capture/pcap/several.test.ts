import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fileSource } from '../../../engine/capture/file-source.ts';
import { openFiles } from '../../../engine/capture/open-files.ts';
import { openPcap, openPcaps } from '../../../engine/capture/pcap/source.ts';
import { hex } from '../../support/hex.ts';
import fc from '../../support/property.ts';
import { type CapturedPacket, LINKTYPE, pcap, START, section } from './files.ts';
import { ethernet, ipv6 } from './frames.ts';
import { readSource, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';
import { vxlan } from './tunnels.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-several-'));
after(() => rmSync(folder, { recursive: true }));

let written = 0;
const write = (bytes: Buffer): string => {
	const path = join(folder, `${written++}.pcap`);
	writeFileSync(path, bytes);
	return path;
};

const request = (n: number): string => `GET /${n} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** The packets of some connections, in the order of their times. */
const traffic = (connections: number): CapturedPacket[] =>
	Array.from({ length: connections }, (_, n) => {
		const talk = new Talk({ clientPort: 40_000 + n, start: START + BigInt(n) * 300_000n });
		talk.handshake();
		for (let i = 0; i < 5; i++) talk.send('client', request(10 * n + i)).send('server', response('hello'));
		return talk.close().packets;
	})
		.flat()
		.sort((a, b) => Number(a.time - b.time));

const PACKETS = traffic(20);
const WHOLE = told(await readSource(await openPcaps([write(pcap(PACKETS, { unit: 1 }))])));

/** The same, `ns` later and cut behind so many bytes of TCP's payload. */
const cutLater = (ns: bigint, most: number): readonly CapturedPacket[] =>
	PACKETS.map(({ time, bytes }) => ({ time: time + ns, bytes, captured: Math.min(bytes.length, 54 + most) }));

const toldOf = async (files: readonly (readonly CapturedPacket[])[]): Promise<string[]> =>
	told(await readSource(await openPcaps(files.map((packets) => write(pcap(packets, { unit: 1 }))))));

describe('several captures as one', () => {
	test('those of a rotation, in any order of their names: connections go on from one to the next', async () => {
		assert.equal(WHOLE.length, 100);
		const third = Math.ceil(PACKETS.length / 3);
		const parts = [PACKETS.slice(0, third), PACKETS.slice(third, 2 * third), PACKETS.slice(2 * third)];
		assert.deepEqual(await toldOf(parts), WHOLE);
		assert.deepEqual(await toldOf(parts.toReversed()), WHOLE);
	});

	test('taken at two places: what both saw is no retransmission, what one saw twice is', async () => {
		const again = (packets: readonly CapturedPacket[]): readonly CapturedPacket[] => [...packets, packets.at(-1)!];
		const { packets } = new Talk().handshake().send('client', REQUEST);
		const answer = new Talk({ start: START + 50_000_000n }).skip('client', 1 + REQUEST.length).skip('server', 1);
		const [late] = answer.send('server', response('hello')).packets;
		const later = (ns: bigint, all: readonly CapturedPacket[]) => all.map((one) => ({ ...one, time: one.time + ns }));
		const sentAgain = [...packets, ...later(20_000_000n, again(packets).slice(-1)), late!];
		const retransmits = async (files: readonly (readonly CapturedPacket[])[]): Promise<unknown> => {
			const paths = files.map((file) => write(pcap(file, { unit: 1 })));
			const { rows } = await readSource(await openPcaps(paths), 'calls');
			return rows.map(({ request: asked }) => asked?.stages?.retransmits);
		};
		assert.deepEqual(await retransmits([[...packets, late!], later(400_000n, [...packets, late!])]), [0]);
		assert.deepEqual(await retransmits([sentAgain, later(400_000n, sentAgain)]), [1]);
		assert.deepEqual(await retransmits([sentAgain.slice(0, 4), sentAgain.slice(4)]), [1], 'a rotation is one place');
	});

	test('of packets that one has cut and another one whole, the whole ones count', async () => {
		const cut = (most: number, ns: bigint) =>
			PACKETS.map((one) => ({
				time: one.time + ns,
				bytes: one.bytes,
				captured: Math.min(one.bytes.length, 54 + most),
			}));
		const swapped = PACKETS.map((packet, at) => ({ ...packet, time: PACKETS[at ^ 1]?.time ?? packet.time }));
		const inOrder = swapped.toSorted((a, b) => Number(a.time - b.time));
		for (const most of [0, 20, 45])
			for (const whole of [PACKETS, inOrder])
				for (const ns of [-400_000n, 0n, 400_000n])
					assert.deepEqual(await toldOf([cut(most, ns), whole]), WHOLE, `${most} bytes, ${ns} ns later`);
		const short = await toldOf([cut(30, 0n), cut(41, 5000n)]);
		assert.deepEqual(
			short.toSorted(),
			(await toldOf([cut(41, 5000n)])).toSorted(),
			'of two that are cut, the longer ones',
		);
	});

	test('headers that one has cut are no loss where another one has them, whichever comes first', async () => {
		const cut = (all: readonly CapturedPacket[], most: number, ns: bigint) =>
			all.map(({ time, bytes }) => ({ time: time + ns, bytes, captured: Math.min(bytes.length, most) }));
		const six = ({ time, bytes }: CapturedPacket, identification: number): CapturedPacket => ({
			time,
			bytes: ethernet(
				ipv6({ source: identification % 2, destination: 1 - (identification % 2) }, Buffer.from(bytes.subarray(34))),
			),
		});
		const numbered = PACKETS.map(({ time, bytes }, at) => {
			const copy = Buffer.from(bytes);
			copy.writeUInt16BE(at + 1, 18);
			return { time, bytes: copy };
		});
		const talk = new Talk().handshake().send('client', REQUEST).packets.map(six);
		for (const [packets, most] of [
			[numbered, 40],
			[talk, 60],
		] as const)
			for (const ns of [-400_000n, 0n, 400_000n]) {
				const files = [cut(packets, most, ns), packets].map((all) => write(pcap(all, { unit: 1 })));
				const { completeness } = await readSource(await openPcaps(files));
				assert.equal(completeness.cutHeaders, 0, `${most} bytes, ${ns} ns later`);
				const both = [cut(packets, most, ns), cut(packets, most, 0n), packets.slice(0, 1)];
				const lost = await readSource(await openPcaps(both.map((all) => write(pcap(all, { unit: 1 })))));
				assert.ok(lost.completeness.cutHeaders >= packets.length, 'none has them');
			}
	});

	test('headers over IPv6 that one has cut are lost where another one has others of that length', async () => {
		const talk = new Talk();
		for (let n = 0; n < 20; n++) talk.send('client', request(10 + n));
		const packets = talk.packets.map(({ time, bytes }) => ({
			time,
			bytes: ethernet(ipv6({ source: 1, destination: 2 }, Buffer.from(bytes.subarray(34)))),
		}));
		/** Up to the sequence number. */
		const cut = packets.map((packet) => ({ ...packet, captured: 14 + 40 + 8 }));
		for (const [from, to] of [
			[0, 3],
			[8, 11],
			[19, 20],
			[0, 20],
		] as const)
			for (const ns of [-400_000n, 0n, 400_000n]) {
				const whole = packets.slice(from, to).map(({ time, bytes }) => ({ time: time + ns, bytes }));
				const paths = [cut, whole].map((file) => write(pcap(file, { unit: 1 })));
				const { completeness } = await readSource(await openPcaps(paths));
				assert.equal(completeness.cutHeaders, 20 - (to - from), `${from} to ${to}, ${ns} ns later`);
			}
	});

	test('headers within tunnels that all of them have cut are lost, though the outer ones are there', async () => {
		const { packets } = new Talk().handshake().send('client', REQUEST);
		const files = [0n, 100_000n].map((ns) =>
			packets.map(({ time, bytes }, at) => {
				const tunnelled = ethernet(vxlan(ethernet(Buffer.from(bytes.subarray(14)))));
				tunnelled.writeUInt16BE(at + 1, 18);
				return { time: time + ns, bytes: tunnelled, captured: 14 + 20 + 8 + 8 + 14 + 20 + 10 };
			}),
		);
		const lost = async (all: readonly (readonly CapturedPacket[])[]): Promise<number> => {
			const paths = all.map((file) => write(pcap(file, { unit: 1 })));
			return (await readSource(await openPcaps(paths))).completeness.cutHeaders;
		};
		assert.equal(await lost(files.slice(0, 1)), packets.length);
		assert.ok((await lost(files)) >= packets.length, 'none has them');
	});

	test('a FIN that was acknowledged before what both have cut is told: its number is no lost byte', async () => {
		const talk = new Talk().handshake().send('client', REQUEST).send('server').send('server', response('hello'));
		const { packets } = talk.send('client').close();
		/** 0.1 ms after the start: where the client is, and where the server is, 4 ms from there. */
		const times = [
			[0, 83, 83, 88, 170, 172, 172, 176, 262, 262],
			[41, 42, 124, 129, 129, 130, 213, 219, 221, 304],
		];
		const files = times.map((at) =>
			packets.map(({ bytes }, i) => ({
				time: START + BigInt(at[i]!) * 100_000n,
				bytes,
				captured: Math.min(bytes.length, 54 + 15),
			})),
		);
		const paths = files.map((file) => write(pcap(file, { unit: 1 })));
		const { completeness } = await readSource(await openPcaps(paths));
		assert.equal(completeness.unparsedBytes, 0);
	});

	test('of packets that one interface of a file has cut and another one whole, the whole ones count', async () => {
		for (const most of [0, 20, 45])
			for (const ns of [-400_000n, 0n, 400_000n]) {
				const cut = cutLater(ns, most).map((packet) => ({ ...packet, device: 1 }));
				const both = [...PACKETS, ...cut].sort((a, b) => Number(a.time - b.time));
				for (const snapLength of [54 + most, 0]) {
					const devices = [{ name: 'eth0' }, { name: 'eth1', snapLength }].map((device) => ({ ...device, tsresol: 9 }));
					const file = write(section(both, { devices }));
					assert.deepEqual(told(await readSource(await openPcap(file))), WHOLE, `${most} bytes, ${ns} ns later`);
					assert.deepEqual(told(await readSource(await openPcaps([file]))), WHOLE);
				}
			}
	});

	test('and where two captures of different lengths were merged into one file that tells no interfaces', async () => {
		for (const most of [0, 20, 45])
			for (const ns of [-400_000n, 0n, 400_000n]) {
				const cut = cutLater(ns, most);
				const both = [...PACKETS, ...cut].sort((a, b) => Number(a.time - b.time));
				for (const bytes of [pcap(both, { unit: 1 }), section(both, { devices: [{ tsresol: 9 }] })])
					assert.deepEqual(
						told(await readSource(await openPcap(write(bytes)))),
						WHOLE,
						`${most} bytes, ${ns} ns later`,
					);
			}
	});

	test('and of packets that a capture of all interfaces has cut within a tunnel, those outside', async () => {
		const cooked2 = (packet: Buffer): Buffer =>
			Buffer.concat([hex('0800 0000 00000003 0001 00 06 0203040506070000'), packet]);
		const both = PACKETS.flatMap(({ time, bytes }) => {
			const packet = Buffer.from(bytes.subarray(14));
			const inTunnel = cooked2(vxlan(ethernet(packet)));
			return [
				{ time, bytes: inTunnel, captured: Math.min(inTunnel.length, 20 + 50 + 60) },
				{ time: time + 5000n, bytes: cooked2(packet) },
			];
		});
		const file = write(
			pcap(
				both.sort((a, b) => Number(a.time - b.time)),
				{ unit: 1, link: LINKTYPE.sll2 },
			),
		);
		assert.deepEqual(told(await readSource(await openPcap(file))), WHOLE);
	});

	test('each packet in any of some files', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1 }), async (places) => {
				const files: CapturedPacket[][] = [[], [], [], [], []];
				for (const [at, packet] of PACKETS.entries()) files[places[at % places.length]!]!.push(packet);
				assert.deepEqual(await toldOf(files), WHOLE);
			}),
			{ numRuns: 30 },
		);
	});

	test('more files than may be open at once, where they follow one another', async () => {
		const files = Array.from({ length: PACKETS.length }, (_, at) => PACKETS.slice(at, at + 1));
		assert.ok(files.length > 100);
		assert.deepEqual(await toldOf(files), WHOLE);
	});

	test('and where they overlap that is said', async () => {
		const [first, last] = [PACKETS[0]!, PACKETS.at(-1)!];
		const files = Array.from({ length: 40 }, (_, n) => [{ ...first, time: first.time + BigInt(n) }, last]);
		const { error } = await readSource(await openPcaps(files.map((packets) => write(pcap(packets, { unit: 1 })))));
		assert.match(String(error), /more than 32 captures overlap in time; read fewer of them at once$/);
	});

	test('of different formats and compressions', async () => {
		const [even, odd] = [0, 1].map((rest) => PACKETS.filter((_, at) => at % 2 === rest));
		const paths = [
			write(gzipSync(pcap(even!, { unit: 1, big: true }))),
			write(section(odd!, { devices: [{ tsresol: 9 }] })),
		];
		assert.deepEqual(told(await readSource(await openPcaps(paths))), WHOLE);
	});

	test('of which one is a pipe, which is read once', async () => {
		const [even, odd] = [0, 1].map((rest) => PACKETS.filter((_, at) => at % 2 === rest));
		const fifo = join(folder, 'fifo');
		execFileSync('mkfifo', [fifo]);
		const writer = spawn('sh', ['-c', 'exec cat "$0" > "$1"', write(pcap(odd!, { unit: 1 })), fifo]);
		try {
			const paths = [write(pcap(even!, { unit: 1 })), fifo];
			assert.deepEqual(told(await readSource(await openPcaps(paths))), WHOLE);
		} finally {
			writer.kill();
		}
	});

	test('a torn and a damaged one: what the others hold is there, and both are said', async () => {
		const half = PACKETS.length >> 1;
		const torn = pcap(PACKETS.slice(0, half), { unit: 1 }).subarray(0, -7);
		const damaged = Buffer.concat([pcap(PACKETS.slice(half), { unit: 1 }), Buffer.alloc(40, 0xff)]);
		const nothing = Buffer.concat([pcap([]), Buffer.alloc(40, 0xff)]);
		const files = [torn, damaged, nothing].map((file) => write(file));
		const { rows, error, tornBytes, completeness } = await readSource(await openPcaps(files));
		assert.ok(rows.length >= 99);
		assert.match(String(error), /is damaged at byte/);
		assert.equal(tornBytes, 7);
		assert.equal(completeness.damagedFiles, 2);
	});

	test('one without packets adds nothing', async () => {
		assert.deepEqual(await toldOf([[], PACKETS]), WHOLE);
		assert.deepEqual(await toldOf([[], []]), []);
	});
});

describe('openFiles', () => {
	test('patterns, each file once; a file that is called like a pattern is that file', async () => {
		const name = join(folder, 'odd[1].cap');
		writeFileSync(name, pcap(PACKETS, { unit: 1 }));
		for (const paths of [[name], [join(folder, 'odd*.cap')], [name, join(folder, 'o*.cap')]])
			assert.deepEqual(told(await readSource(await openFiles(fileSource(paths, [])))), WHOLE, paths.join());
	});

	test('a pattern without files, and files of different kinds, are refused', async () => {
		await assert.rejects(openFiles(fileSource([join(folder, 'no*.pcap')], [])), /no file matches '.*no\*\.pcap'$/);
		const recording = 'examples/shop.ciqrec';
		const path = write(pcap(PACKETS));
		await assert.rejects(
			openFiles(fileSource([path, recording], [])),
			/'examples\/shop\.ciqrec' is a recording, which is read by itself: /,
		);
		await assert.rejects(openFiles(fileSource([recording], ['10.0.0.0/8'])), /leave it out$/);
	});

	test('the local networks tell the observed ends', async () => {
		const path = write(pcap(new Talk().handshake().send('client', REQUEST).send('server', response('x')).packets));
		const sides = await Promise.all(
			[[], ['10.0.0.2/32'], ['10.0.0.1/32'], ['10.0.0.0/8']].map(async (local) => {
				const { rows } = await readSource(await openFiles(fileSource([path], local)));
				return rows[0]?.endpoint.side;
			}),
		);
		assert.deepEqual(sides, ['client', 'server', 'client', 'client']);
	});
});
