import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openPcap, openPcaps, type PcapOptions } from '../../../engine/capture/pcap/source.ts';
import { UnknownExchange } from '../../../engine/protocols/unknown/exchange.ts';
import fc from '../../support/property.ts';
import { type CapturedPacket, LINKTYPE, pcap, START, section } from './files.ts';
import { ends, ethernet, ipv4, ipv6, udp } from './frames.ts';
import { type Read, read, readBoth, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';
import { vxlan } from './tunnels.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-udp-'));
after(() => rmSync(folder, { recursive: true }));

/** As a query that takes what is not recognised, too. */
const readAll = (packets: readonly CapturedPacket[], options: PcapOptions = {}): Promise<Read> => {
	const path = join(folder, 'file.pcap');
	writeFileSync(path, pcap(packets));
	return readBoth(() => openPcap(path, options), null);
};

/** A datagram at some ms; `>` is from the client's port. */
const datagram = (ms: number, text: `${'>' | '<'}${string}`, port = 40_000, length?: number): CapturedPacket => {
	const up = text.startsWith('>');
	const bytes = up ? udp(port, 53, text.slice(1), length) : udp(53, port, text.slice(1), length);
	return { time: START + BigInt(ms) * 1_000_000n, bytes: ethernet(ipv4({ ...ends(up), protocol: 17 }, bytes)) };
};

const inWords = ({ rows, completeness }: Read): string[] => {
	const exchanges = rows.map((row) => {
		assert.ok(row instanceof UnknownExchange);
		const { request, response: answer, outcome, endpoint, startTime, endTime } = row;
		const took = Math.round((endTime - startTime) / 1e6);
		return `${endpoint.transport} ${endpoint.side} ${request?.head ?? '-'} ${answer?.head ?? '-'} ${outcome} ${took}`;
	});
	const lost = Object.entries(completeness).filter(([, count]) => count !== 0);
	return [...exchanges, ...lost.map(([name, count]) => `${name}=${count}`)];
};

const CASES: Readonly<Record<string, readonly [packets: readonly CapturedPacket[], expected: readonly string[]]>> = {
	'one question and its answer': [[datagram(0, '>q'), datagram(5, '<a')], ['udp client q a ok 5']],
	'two, one after the other': [
		[datagram(0, '>q'), datagram(5, '<a'), datagram(6, '>r'), datagram(9, '<b')],
		['udp client q a ok 5', 'udp client r b ok 3'],
	],
	'an answer in several datagrams': [
		[datagram(0, '>q'), datagram(5, '<a'), datagram(7, '<b')],
		['udp client q ab ok 7'],
	],
	'two at once between different ports': [
		[datagram(0, '>q'), datagram(1, '>r', 40_001), datagram(5, '<b', 40_001), datagram(9, '<a')],
		['udp client r b ok 4', 'udp client q a ok 9'].sort(),
	],
	'none for half a minute: the flow is over': [
		[datagram(0, '>q'), datagram(30_000, '>r', 40_001), datagram(30_001, '<late')],
		['udp client q - unknown 30000', 'udp client r - waiting 1', 'udp client late - waiting 0'],
	],
	'no answer before the file ends': [[datagram(0, '>q'), datagram(9, '>r')], ['udp client qr - waiting 9']],
	'empty ones': [[datagram(0, '>'), datagram(5, '<')], []],
	'a length that is none': [[datagram(0, '>q', 40_000, 3), datagram(1, '>r', 40_000, 0)], ['udp client r - waiting 0']],
	'a header that was cut': [[{ ...datagram(0, '>question'), captured: 38 }], ['cutHeaders=1']],
	'HTTP in datagrams is not that of a connection': [
		[datagram(0, '>GET / HTTP/1.1\r\n\r\n')],
		['udp client GET / HTTP/1.1\r\n\r\n - waiting 0'],
	],
};

describe('datagrams', () => {
	for (const [name, [packets, expected]] of Object.entries(CASES))
		test(name, async () => {
			assert.deepEqual(inWords(await readAll(packets)).toSorted(), expected.toSorted());
		});

	test('of one end that is ours', async () => {
		const { rows } = await readAll([datagram(0, '>q'), datagram(5, '<a')], { local: ['10.0.0.2/32'] });
		assert.deepEqual(
			rows.map(({ endpoint }) => [endpoint.side, endpoint.localPort, endpoint.remotePort]),
			[['server', 53, 40_000]],
		);
	});

	const seenAt = (packets: readonly CapturedPacket[], device: number): CapturedPacket[] =>
		packets.map((packet) => ({ ...packet, time: packet.time + BigInt(device) * 20_000n, device }));
	const merged = (...all: readonly (readonly CapturedPacket[])[]): CapturedPacket[] =>
		all.flat().sort((a, b) => Number(a.time - b.time));
	/** A frame of a capture of all interfaces. */
	const cooked = ({ time, bytes, device = 0 }: CapturedPacket): CapturedPacket => {
		const header = Buffer.alloc(20);
		header.writeUInt16BE(0x0800, 0);
		header.writeUInt32BE(device + 1, 4);
		return { time, bytes: Buffer.concat([header, bytes.subarray(14)]) };
	};
	/** One of before: each that was sent has its own identification. */
	const cooked1 = ({ time, bytes }: CapturedPacket): CapturedPacket => {
		const packet = Buffer.from(bytes.subarray(14));
		packet.writeUInt16BE(Number((time - START) / 1_000_000n) + 1, 4);
		return { time, bytes: Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0]), packet]) };
	};
	const inTunnel = ({ time, bytes }: CapturedPacket): CapturedPacket => ({
		time: time + 30_000n,
		bytes: ethernet(vxlan(Buffer.from(bytes))),
	});

	test('that were captured at several points of their way are told once', async () => {
		const once = [datagram(0, '>q'), datagram(5, '<a'), datagram(6, '>q'), datagram(7, '>q'), datagram(9, '<b')];
		const expected = ['udp client q a ok 5', 'udp client qq b ok 3'];
		const both = merged(seenAt(once, 0), seenAt(once, 1));
		const lacking = merged(seenAt(once.slice(1), 0), seenAt(once.slice(0, 4), 1));
		const write = (name: string, bytes: Buffer): string => {
			writeFileSync(join(folder, name), bytes);
			return join(folder, name);
		};
		const devices = [{ name: 'veth1' }, { name: 'eth0' }];
		const files: Readonly<Record<string, readonly string[]>> = {
			'one of its interfaces': [write('one', section(seenAt(once, 0), { devices, between: [] }))],
			'two interfaces': [write('two', section(both, { devices }))],
			'what one of them missed': [write('missed', section(lacking, { devices }))],
			'a cooked capture': [write('cooked', pcap(both.map(cooked), { link: LINKTYPE.sll2 }))],
			'one that does not tell interfaces': [write('cooked1', pcap(both.map(cooked1), { link: LINKTYPE.sll }))],
			'two captures': [write('first', pcap(seenAt(once, 0))), write('second', pcap(seenAt(once, 1)))],
			'within a tunnel, too': [write('tunnel', pcap(merged(once, once.map(inTunnel))))],
		};
		for (const [name, paths] of Object.entries(files)) {
			const result = await readBoth(() => openPcaps(paths), null);
			assert.deepEqual(inWords(result), expected, name);
		}
	});

	test('of which one point has more than another one are told as often as that one has them', async () => {
		const devices = [{ name: 'veth1' }, { name: 'eth0' }];
		const both = merged(seenAt([datagram(0, '>q')], 0), seenAt([datagram(0, '>q'), datagram(1, '>q')], 1));
		const path = join(folder, 'more');
		writeFileSync(path, section([...both, datagram(5, '<a')], { devices }));
		assert.deepEqual(inWords(await readBoth(() => openPcap(path), null)), ['udp client qq a ok 5']);
	});

	test('that a cooked capture has twice, without interfaces and identifications, are told once', async () => {
		const once = [datagram(0, '>q'), datagram(5, '<a'), datagram(10, '>q'), datagram(15, '<b')];
		const anonymous = merged(seenAt(once, 0), seenAt(once, 1)).map(({ time, bytes }) => ({
			time,
			bytes: Buffer.concat([Buffer.alloc(14), Buffer.from([8, 0]), bytes.subarray(14)]),
		}));
		const path = join(folder, 'anonymous');
		writeFileSync(path, pcap(anonymous, { link: LINKTYPE.sll }));
		const expected = ['udp client q a ok 5', 'udp client q b ok 5'];
		assert.deepEqual(inWords(await readBoth(() => openPcap(path), null)), expected);
	});

	test('that one of two points has cut are told once, and whole', async () => {
		const once = [
			datagram(0, '>question 1'),
			datagram(1, '>question 2'),
			datagram(1, '>question 1'),
			datagram(5, '<a'),
		];
		const short = ({ time, bytes }: CapturedPacket, device: number): CapturedPacket => ({
			time,
			bytes,
			captured: Math.min(bytes.length, 14 + 28 + 3),
			device,
		});
		const expected = ['udp client question 1question 2question 1 a ok 5'];
		for (const ns of [-400_000n, 0n, 400_000n])
			for (const identified of [false, true]) {
				const whole = once.map(({ time, bytes }, i) => {
					const packet = Buffer.from(bytes);
					if (identified) packet.writeUInt16BE(i + 1, 18);
					return { time: time + 1_000_000n, bytes: packet };
				});
				const cut = whole.map((packet) => short({ ...packet, time: packet.time + ns }, 1));
				const path = join(folder, 'cut');
				const devices = [{ name: 'eth0' }, { name: 'eth1' }];
				writeFileSync(path, section(merged(whole, cut), { devices: devices.map((d) => ({ ...d, tsresol: 9 })) }));
				assert.deepEqual(inWords(await readBoth(() => openPcap(path), null)), expected, `${ns} ${identified}`);
				const paths = [join(folder, 'whole'), join(folder, 'short')];
				const mixed = merged(
					whole,
					cut.map((one) => ({ ...one, device: 0 })),
				);
				writeFileSync(path, section(mixed, { devices: [{ tsresol: 9 }] }));
				if (identified) assert.deepEqual(inWords(await readBoth(() => openPcap(path), null)), expected, `one, ${ns}`);
				writeFileSync(paths[0]!, pcap(whole));
				writeFileSync(paths[1]!, pcap(cut));
				assert.deepEqual(inWords(await readBoth(() => openPcaps(paths), null)), expected, `files, ${ns} ${identified}`);
			}
	});

	test('that both of two points have cut are told as the one that has more', async () => {
		const first = datagram(0, '>question 1');
		const at = (device: number, captured: number): CapturedPacket => ({ ...first, device, captured });
		const path = join(folder, 'both');
		for (const [one, other] of [
			[45, 47],
			[47, 45],
		] as const) {
			const devices = [{ name: 'eth0' }, { name: 'eth1' }];
			const packets = [at(0, one), at(1, other), { ...datagram(9, '<a'), device: 0 }];
			writeFileSync(path, section(packets, { devices }));
			const { rows } = await readBoth(() => openPcap(path), null);
			assert.deepEqual(
				rows.map(({ request }) => [String(request?.head), request?.size]),
				[['quest', 10]],
			);
		}
	});

	test('with the same bytes at one point are as many as were captured', async () => {
		assert.deepEqual(inWords(await readAll([datagram(0, '>q'), datagram(0, '>q'), datagram(9, '<a')])), [
			'udp client qq a ok 9',
		]);
	});

	test('that have the same identification are one, as in a file of two captures', async () => {
		const identified = (ids: readonly number[]): CapturedPacket[] =>
			ids.map((id, i) => {
				const { time, bytes } = datagram(i, '>q');
				const packet = Buffer.from(bytes);
				packet.writeUInt16BE(id, 18);
				return { time, bytes: packet };
			});
		for (const [ids, sent] of [
			[[7, 7], 'q'],
			[[7, 8, 7, 8], 'qq'],
		] as const)
			assert.deepEqual(inWords(await readAll([...identified(ids), datagram(9, '<a')])), [`udp client ${sent} a ok 9`]);
	});

	test('of IPv6, the same ports as a connection', async () => {
		const wrap = (segment: Buffer, up: boolean, protocol = 6): Buffer =>
			ethernet(ipv6({ source: up ? 1 : 2, destination: up ? 2 : 1 }, segment, protocol));
		const talk = new Talk({ wrap }).handshake().send('client', REQUEST).send('server', response('hello'));
		const both = [
			{ time: START, bytes: wrap(udp(40_000, 80, 'q'), true, 17) },
			{ time: START, bytes: wrap(udp(80, 40_000, 'a'), false, 17) },
		];
		const { rows } = await readAll([...both, ...talk.packets]);
		assert.deepEqual(rows.map(({ protocol }) => protocol).sort(), ['http', 'unknown']);
		assert.equal(new Set(rows.map(({ endpoint }) => endpoint.conn)).size, 2);
	});

	test('are nothing that a query for a protocol misses', async () => {
		const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
		const result = await read(pcap([datagram(0, '>q'), ...packets, datagram(20, '<a')]));
		assert.deepEqual(told(result), ['GET /a 200 ok 28/43']);
	});

	test('of more flows than are kept: each is told', async () => {
		const flood = Array.from({ length: 20_000 }, (_, i) => datagram(0, '>q', 1024 + i));
		const { rows } = await readAll(flood);
		assert.equal(rows.length, 20_000);
	});

	test('of any bytes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), async (payloads) => {
				const frames = payloads.map((payload) =>
					ethernet(ipv4({ source: '10.0.0.1', destination: '10.0.0.2', protocol: 17 }, Buffer.from(payload))),
				);
				await readAll(frames.map((bytes, i) => ({ time: START + BigInt(i), bytes })));
			}),
		);
	});
});
