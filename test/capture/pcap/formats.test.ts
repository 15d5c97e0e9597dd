import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hex } from '../../support/hex.ts';
import { type CapturedPacket, type Device, LINKTYPE, pcap, START, section } from './files.ts';
import { ETHERTYPE, ends, ends6, ethernet, ipv4, ipv6, v4, v6, type Wrap } from './frames.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const ANSWER = response('hello');
const EXPECTED = ['GET /a 200 ok 28/43'];

/** The same exchange, in frames of a kind. */
const talk = (wrap?: Wrap): CapturedPacket[] =>
	new Talk(wrap && { wrap }).handshake().send('client', REQUEST).send('server', ANSWER).send('client').close().packets;

const behind =
	(header: Buffer, packet = v4): Wrap =>
	(segment, fromClient) =>
		Buffer.concat([header, packet(segment, fromClient)]);

/** An ARP request, which carries no IP. */
const ARP = Buffer.concat([Buffer.alloc(12, 0xff), hex('0806 0001 0800 0604 0001'), Buffer.alloc(36)]);

/** Cuts what IP carries into fragments of 8 bytes and hands them over in any order. */
const fragmented = (reverse: boolean): CapturedPacket[] =>
	talk(v4).flatMap(({ time, bytes }, identification) => {
		const header = bytes.subarray(0, 20);
		const payload = Buffer.from(bytes.subarray(20));
		const source = [...header.subarray(12, 16)].join('.');
		const destination = [...header.subarray(16, 20)].join('.');
		const fragments: CapturedPacket[] = [];
		for (let at = 0; at < payload.length; at += 8) {
			const moreFragments = at + 8 < payload.length;
			const fields = { source, destination, identification, fragmentOffset: at, moreFragments };
			fragments.push({ time, bytes: ethernet(ipv4(fields, payload.subarray(at, at + 8))) });
		}
		return reverse ? fragments.reverse() : fragments;
	});

/** Eight bytes of destination options in front of the payload of a packet whose fragments name them. */
const OPTIONS = hex('06 00 0104 0000 0000');

/** `inner`: behind the header of the fragments there is another one. */
const fragmented6 = (inner: boolean, size = 16): CapturedPacket[] =>
	talk(v6).flatMap(({ time, bytes }, identification) => {
		const payload = Buffer.concat([inner ? OPTIONS : Buffer.alloc(0), bytes.subarray(40)]);
		const [source, destination] = [bytes[23] ?? 0, bytes[39] ?? 0];
		const fragments: CapturedPacket[] = [];
		for (let at = 0; at < payload.length; at += size) {
			const more = at + size < payload.length ? 1 : 0;
			const rest = Buffer.alloc(7);
			rest.writeUInt16BE(at | more, 1);
			rest.writeUInt32BE(identification, 3);
			const extensions = [[0, hex('00 0104 0000 0000')] as const, [44, rest] as const];
			const piece = payload.subarray(at, at + size);
			const packet = ipv6({ source, destination, extensions }, piece, inner ? 60 : 6);
			fragments.push({ time, bytes: ethernet(packet) });
		}
		return fragments;
	});

const plain = talk();

const FILES: Readonly<Record<string, () => Buffer>> = {
	'pcap, µs, little-endian': () => pcap(plain),
	'pcap, µs, big-endian': () => pcap(plain, { big: true }),
	'pcap, ns, little-endian': () => pcap(plain, { unit: 1 }),
	'pcap, ns, big-endian': () => pcap(plain, { unit: 1, big: true }),
	'frames that carry no IP': () => pcap(plain.flatMap((packet) => [{ ...packet, bytes: ARP }, packet])),
	VLAN: () => pcap(talk((s, c) => ethernet(v4(s, c), [ETHERTYPE.vlan]))),
	QinQ: () => pcap(talk((s, c) => ethernet(v4(s, c), [ETHERTYPE.qinq, ETHERTYPE.vlan]))),
	'Linux cooked v1': () => pcap(talk(behind(hex('0000 0001 0006 0203040506070000 0800'))), { link: LINKTYPE.sll }),
	'Linux cooked v1 with VLAN': () =>
		pcap(talk(behind(hex('0000 0001 0006 0203040506070000 8100 0005 86dd'), v6)), { link: LINKTYPE.sll }),
	'Linux cooked v2': () =>
		pcap(talk(behind(hex('0800 0000 00000003 0001 00 06 0203040506070000'))), { link: LINKTYPE.sll2 }),
	'Linux cooked v2 with VLAN': () =>
		pcap(talk(behind(hex('8100 0000 00000003 0001 00 06 0203040506070000 0005 0800'))), { link: LINKTYPE.sll2 }),
	'NULL, little-endian writer': () => pcap(talk(behind(hex('02000000'))), { link: LINKTYPE.null }),
	'NULL, big-endian writer, IPv6 of macOS': () => pcap(talk(behind(hex('0000001e'), v6)), { link: LINKTYPE.null }),
	'NULL, IPv6 of FreeBSD': () => pcap(talk(behind(hex('1c000000'), v6)), { link: LINKTYPE.null }),
	'NULL, IPv6 of OpenBSD': () => pcap(talk(behind(hex('18000000'), v6)), { link: LINKTYPE.null }),
	'NULL, IPv6 of Linux': () => pcap(talk(behind(hex('0a000000'), v6)), { link: LINKTYPE.null }),
	LOOP: () => pcap(talk(behind(hex('00000002'))), { link: LINKTYPE.loop }),
	'raw IP of both families': () => pcap([...talk(v4), ...talk(v6)], { link: LINKTYPE.raw }),
	'NFLOG, little-endian host': () =>
		pcap(talk(behind(hex('02000005 08000100 08000300 05000a00 00000000 40000900'))), { link: LINKTYPE.nflog }),
	'NFLOG, big-endian host, IPv6': () =>
		pcap(talk(behind(hex('0a000005 00080001 86dd0300 0005000a 61000000 00400009'), v6)), { link: LINKTYPE.nflog }),
	'raw IPv4': () => pcap(talk(v4), { link: LINKTYPE.ipv4 }),
	'raw IPv6': () => pcap(talk(v6), { link: LINKTYPE.ipv6 }),
	'IPv4 options': () => pcap(talk((s, c) => ethernet(ipv4({ ...ends(c), options: 12 }, s)))),
	'IPv4 without a length, as large sends have': () =>
		pcap(
			talk((s, c) => ipv4({ ...ends(c), totalLength: 0 }, s)),
			{ link: LINKTYPE.raw },
		),
	'IPv6 without a length': () =>
		pcap(
			talk((s, c) => ipv6({ ...ends6(c), payloadLength: 0 }, s)),
			{
				link: LINKTYPE.raw,
			},
		),
	'IPv6 extension headers': () =>
		pcap(
			talk((s, c) => {
				const extensions = [
					[0, hex('00 0104 0000 0000')] as const,
					[60, hex('01 0104 0000 0000 0000 0000 0000 0000')] as const,
					[43, hex('00 0000 0000 0000')] as const,
					[51, hex('04 0000 0000 0001 0000 0001 0000 0000 0000 0000 0000 0000')] as const,
				];
				return ethernet(ipv6({ ...ends6(c), extensions }, s));
			}),
		),
	'IPv4 fragments': () => pcap(fragmented(false)),
	'IPv4 fragments, last first': () => pcap(fragmented(true)),
	'IPv4 fragments, each twice, last first': () => pcap(fragmented(true).flatMap((fragment) => [fragment, fragment])),
	'IPv6 fragments behind another extension header': () => pcap(fragmented6(false)),
	'IPv6 fragments in front of another extension header': () => pcap(fragmented6(true)),
	'a single IPv6 fragment in front of another extension header': () => pcap(fragmented6(true, 1 << 14)),
	pcapng: () => section(plain),
	'pcapng, big-endian': () => section(plain, { big: true }),
	'pcapng, ns': () => section(plain, { devices: [{ tsresol: 9 }] }),
	'pcapng, units of 2^-20 s': () => section(plain, { devices: [{ tsresol: 0x94 }] }),
	'pcapng with an offset of its stamps': () => section(plain, { devices: [{ offset: 1_700_000_000 }], big: true }),
	'pcapng with obsolete packet blocks': () =>
		section(
			plain.map((packet, i) => ({ ...packet, obsolete: i !== 4, device: i % 2 })),
			{
				devices: [{}, { tsresol: 9 }],
				big: true,
			},
		),
	'pcapng without stamps': () => section(plain.map((packet) => ({ ...packet, simple: true }))),
	'pcapng with blocks of other kinds, a large one too': () =>
		section(plain, {
			between: [
				[4, Buffer.alloc(40)],
				[0xbad, Buffer.alloc(3_000_000)],
			],
		}),
	'pcapng with interfaces of two link types and clocks': () => {
		const devices: Device[] = [{ tsresol: 9 }, { link: LINKTYPE.raw, tsresol: 3 }];
		const raw = talk(v4);
		return section(
			plain.map((packet, i) =>
				i % 2 === 0 ? packet : { ...packet, bytes: raw[i]?.bytes ?? Buffer.alloc(0), device: 1 },
			),
			{ devices },
		);
	},
	'pcapng of two sections in both byte orders': () =>
		Buffer.concat([section(plain.slice(0, 4)), section(plain.slice(4), { big: true, devices: [{ tsresol: 9 }] })]),
};

describe('one exchange in every kind of file', () => {
	for (const [name, file] of Object.entries(FILES)) {
		test(name, async () => {
			const result = await read(file());
			const expected = name.includes('both families') ? [...EXPECTED, ...EXPECTED] : EXPECTED;
			assert.deepEqual(told(result), expected);
			assert.equal(Buffer.from(result.rows[0]?.response?.body ?? []).toString(), 'hello');
		});
	}
});

const TIMED: Readonly<Record<string, Buffer>> = {
	'pcap, µs': pcap(plain),
	'pcap, ns': pcap(plain, { unit: 1 }),
	'pcapng, µs': section(plain),
	'pcapng, ns': section(plain, { devices: [{ tsresol: 9 }] }),
	'pcapng, ns, with an offset': section(plain, { devices: [{ tsresol: 9, offset: -3600 }] }),
	'pcapng, sections with clocks of their own': Buffer.concat([
		section(plain.slice(0, 3)),
		section(plain.slice(3), { devices: [{ tsresol: 9, offset: 77 }], big: true }),
	]),
};

describe('times come from the stamps', () => {
	for (const [name, file] of Object.entries(TIMED)) {
		test(name, async () => {
			const { rows, startWall } = await read(file);
			const [exchange] = rows;
			assert.equal(startWall, START);
			// Packets are 1 ms apart: SYN, SYN-ACK, ACK, request, response.
			assert.equal(exchange?.startTime, 3e6);
			assert.equal(exchange.endTime, 4e6);
			assert.equal(exchange.endpoint.connectTime, 1e6);
		});
	}

	test('stamps of an odd nanosecond are exact', async () => {
		const odd = plain.map((packet, i) => ({ ...packet, time: START + BigInt(i) * 1_000_003n + 7n }));
		for (const file of [pcap(odd, { unit: 1 }), section(odd, { devices: [{ tsresol: 9 }] })]) {
			const { rows, startWall } = await read(file);
			assert.equal(startWall, START + 7n);
			assert.equal(rows[0]?.startTime, 3 * 1_000_003);
		}
	});
});

test('a clock of milliseconds beside one of nanoseconds', async () => {
	// The file begins 7 ns behind a millisecond; the request is stamped by the other clock.
	const devices = [{ tsresol: 9 }, { tsresol: 3 }];
	const mixed = plain.map((packet, i) => ({
		...packet,
		time: packet.time + (i === 3 ? 0n : 7n),
		device: i === 3 ? 1 : 0,
	}));
	const { rows } = await read(section(mixed, { devices }));
	assert.equal(rows[0]?.startTime, 3e6 - 7);
});

describe('the observed end', () => {
	const sideAndAddress = async (local?: string[]): Promise<string> => {
		const { rows } = await read(pcap(plain), local && { local });
		const { side, localIp, localPort, remoteIp, remotePort, connectTime } = rows[0]!.endpoint;
		return `${side} ${localIp}:${localPort} ${remoteIp}:${remotePort} ${connectTime}`;
	};

	const CLIENT = 'client 10.0.0.1:40000 10.0.0.2:80 1000000';
	const SERVER = 'server 10.0.0.2:80 10.0.0.1:40000 2000000';

	test('is the client', async () => assert.equal(await sideAndAddress(), CLIENT));
	test('or the one in `local`', async () => assert.equal(await sideAndAddress(['10.0.0.2/31', '::1']), SERVER));
	test('or the client when both are', async () => assert.equal(await sideAndAddress(['10.0.0.0/8']), CLIENT));
	test('or the client when none is', async () => assert.equal(await sideAndAddress(['192.168.0.0/16']), CLIENT));
});
