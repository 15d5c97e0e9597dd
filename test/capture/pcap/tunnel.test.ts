import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openPcap } from '../../../engine/capture/pcap/source.ts';
import { hex } from '../../support/hex.ts';
import { type CapturedPacket, type Device, LINKTYPE, pcap, section } from './files.ts';
import { ethernet, ipv4, udp, v4, v6, type Wrap } from './frames.ts';
import { type Read, read, readSource, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';
import {
	CARRIERS,
	type Carrier,
	frame,
	geneve,
	gre,
	gtp,
	ipInIp,
	l2tp,
	OUTER,
	outer,
	outer6,
	vxlan,
	wireguard,
} from './tunnels.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-tunnel-'));
after(() => rmSync(folder, { recursive: true }));

/** Two exchanges, of which the second is predicted. */
const talk = (wrap: Wrap): CapturedPacket[] => {
	const started = new Talk({ wrap }).handshake();
	for (let i = 0; i < 2; i++) started.send('client', REQUEST).send('server', response('hello')).send('client');
	return started.close().packets;
};
const carried = (carrier: Carrier, inner: Wrap = v4): CapturedPacket[] =>
	talk((segment, up) => carrier(inner(segment, up)));

const OK = ['GET /a 200 ok 28/43', 'GET /a 200 ok 28/43'];

describe('packets within packets', () => {
	for (const [name, carrier] of Object.entries(CARRIERS))
		for (const [family, inner] of Object.entries({ IPv4: v4, IPv6: v6 }))
			test(`${family} in ${name}`, async () => {
				const result = await read(pcap(carried(carrier, inner)));
				assert.deepEqual(told(result), OK);
				const local = family === 'IPv4' ? '10.0.0.1' : 'fe80::1';
				assert.deepEqual(
					result.rows.map(({ endpoint }) => endpoint.localIp),
					[local, local],
				);
			});

	test('of cooked captures, and of raw IP', async () => {
		const pppoe = (packet: Buffer): Buffer => Buffer.concat([hex('11 00 0001 0100 0021'), packet]);
		const cooked = (packet: Buffer): Buffer =>
			Buffer.concat([hex('0000 0001 0006 0203040506070000 8864'), pppoe(packet)]);
		const cooked2 = (packet: Buffer): Buffer =>
			Buffer.concat([hex('8864 0000 00000003 0001 00 06 0203040506070000'), pppoe(packet)]);
		const signed = hex('00 00 00000001 0800');
		const signedCooked = (packet: Buffer): Buffer =>
			Buffer.concat([hex('0000 0001 0006 0203040506070000 88e5'), signed, packet]);
		const signedCooked2 = (packet: Buffer): Buffer =>
			Buffer.concat([hex('88e5 0000 00000003 0001 00 06 0203040506070000'), signed, packet]);
		for (const [link, carrier] of [
			[LINKTYPE.sll, signedCooked],
			[LINKTYPE.sll2, signedCooked2],
			[LINKTYPE.sll, cooked],
			[LINKTYPE.sll2, cooked2],
			[LINKTYPE.raw, ipInIp],
		] as const)
			assert.deepEqual(told(await read(pcap(carried(carrier), { link }))), OK, `${link}`);
	});
});

/** The packets as they pass a bridge, and 20 µs later within the tunnel. */
const twice = (carrier: Carrier): CapturedPacket[] => {
	const inTunnel = carried(carrier);
	return carried(ethernet).flatMap((packet, i) => [
		{ ...packet, device: 0 },
		{ time: packet.time + 20_000n, bytes: inTunnel[i]!.bytes, device: 1 },
	]);
};

const countsOf = ({ rows, counts }: Read) => ({
	counts,
	messages: rows.flatMap(({ request, response: answer }) => [request, answer]).map((part) => part?.stages?.retransmits),
	times: rows.map(({ startTime, endTime }) => [startTime, endTime]),
});

describe('packets that were captured within the tunnel and outside of it are the same', () => {
	for (const [name, carrier] of Object.entries(CARRIERS))
		test(name, async () => {
			const once = await read(pcap(carried(ethernet)));
			const devices: Device[] = [{ name: 'cni0' }, { name: 'eth0' }];
			for (const file of [pcap(twice(carrier)), section(twice(carrier), { devices })]) {
				const both = await read(file);
				assert.deepEqual(told(both), OK);
				assert.deepEqual(countsOf(both), countsOf(once));
			}
		});

	test('what was sent again within the tunnel was', async () => {
		const packets = carried(CARRIERS.VXLAN!);
		const again = { ...packets[3]!, time: packets[3]!.time + 3_000_000n };
		const { counts } = await read(pcap(packets.flatMap((packet, i) => (i === 3 ? [packet, again] : [packet]))));
		assert.deepEqual(
			counts.map(({ retransmits }) => retransmits),
			[1],
		);
	});
});

/** A datagram in pieces of 24 bytes. */
const inPieces = (packets: readonly CapturedPacket[], protocol: number): CapturedPacket[] =>
	packets.flatMap(({ time, bytes }, identification) => {
		const payload = Buffer.from(bytes.subarray(14 + 20, 14 + Buffer.from(bytes).readUInt16BE(16)));
		return Array.from({ length: Math.ceil(payload.length / 24) }, (_, i) => {
			const moreFragments = (i + 1) * 24 < payload.length;
			const fields = { ...OUTER, protocol, identification, fragmentOffset: i * 24, moreFragments };
			return { time, bytes: ethernet(ipv4(fields, payload.subarray(i * 24, (i + 1) * 24))) };
		});
	});

const five = (packet: Buffer): Buffer => ipInIp(ipInIp(ipInIp(ipInIp(ipInIp(packet)))));
const cutTo = (packets: readonly CapturedPacket[], captured: number): CapturedPacket[] =>
	packets.map((packet) => ({ ...packet, captured }));

/** `VXLAN` has 50 bytes before the frame inside. */
const CASES: Readonly<Record<string, readonly [packets: readonly CapturedPacket[], expected: readonly string[]]>> = {
	'VXLAN in fragments': [inPieces(carried(CARRIERS.VXLAN!), 17), OK],
	'VXLAN in fragments that come twice': [inPieces(carried(CARRIERS.VXLAN!), 17).flatMap((one) => [one, one]), OK],
	'VXLAN of which a fragment is missing': [
		inPieces(carried(CARRIERS.VXLAN!), 17).toSpliced(1, 1),
		[...OK, 'brokenPackets=1'],
	],
	'other datagrams of which a fragment is missing': [
		[...inPieces([{ ...talk(v4)[0]!, bytes: ethernet(outer(17, udp(1, 2, 'x'.repeat(60)))) }], 17).slice(1)],
		[],
	],
	'IP in IP in fragments': [inPieces(carried(CARRIERS['IP in IP']!), 4), OK],
	'four tunnels': [carried((packet) => ethernet(ipInIp(ipInIp(ipInIp(ipInIp(packet)))))), OK],
	'five tunnels': [carried((packet) => ethernet(five(packet))), ['closedTunnels=12']],
	'VXLAN without its flag': [carried((packet) => ethernet(vxlan(ethernet(packet), 4789, '00'))), []],
	'VXLAN at another port': [carried((packet) => ethernet(vxlan(ethernet(packet), 4788))), []],
	'Geneve of another version': [carried((packet) => ethernet(geneve('0800', packet, 0, 0x40))), []],
	'Geneve for control': [carried((packet) => ethernet(geneve('0800', packet, 0, 0, '80'))), []],
	'Geneve whose options end behind it': [carried((packet) => ethernet(geneve('0800', packet, 0, 63))), []],
	'GRE of PPTP': [
		carried((packet) => ethernet(gre('3001', '880b', packet, '00100001 00000001'))),
		['closedTunnels=12'],
	],
	'GRE of PPTP that acknowledges': [carried(() => ethernet(gre('2081', '880b', hex(''), '00000001 00000001'))), []],
	'GRE with routing': [carried((packet) => ethernet(gre('4000', '0800', packet))), ['closedTunnels=12']],
	IPsec: [
		[...carried(ethernet), ...carried((packet) => ethernet(outer(50, packet)))],
		[...OK, 'closedTunnels=12'],
	],
	'IPsec of IPv6': [carried((packet) => ethernet(outer6(50, packet))), ['closedTunnels=12']],
	'IPsec in fragments': [
		inPieces(
			carried((packet) => ethernet(outer(50, packet))),
			50,
		),
		['closedTunnels=12'],
	],
	'IPsec in a tunnel': [carried((packet) => ethernet(ipInIp(outer(50, packet)))), ['closedTunnels=12']],
	'IPsec in datagrams': [carried((packet) => ethernet(outer(17, udp(4500, 4500, packet)))), ['closedTunnels=12']],
	'keys of IPsec, and what keeps its ports open': [
		['00000000 0102030405060708', 'ff'].flatMap((bytes) =>
			carried(() => ethernet(outer(17, udp(4500, 4500, hex(bytes))))),
		),
		[],
	],
	'WireGuard, its data': [
		[48, 64, 1452].flatMap((bytes) => carried(() => ethernet(wireguard(bytes)))),
		['closedTunnels=36'],
	],
	'WireGuard in fragments': [
		inPieces(
			carried(() => ethernet(wireguard(1456))),
			17,
		),
		['closedTunnels=12'],
	],
	'WireGuard that carries nothing: handshakes, and what keeps it open': [
		[[148, '01'] as const, [92, '02'] as const, [64, '03'] as const, [32, '04'] as const].flatMap(([bytes, type]) =>
			carried(() => ethernet(wireguard(bytes, type))),
		),
		[],
	],
	'datagrams that begin as those of WireGuard': [
		[wireguard(48, '04', '0100000000000001'), wireguard(49)].flatMap((packet) => carried(() => ethernet(packet))),
		[],
	],
	'GTP-U about its tunnel': [carried((packet) => ethernet(gtp('30', packet, '', '01'))), []],
	'GTP-U of another version': [carried((packet) => ethernet(gtp('50', packet))), []],
	'GTP-U that carries frames': [carried((packet) => ethernet(gtp('30', ethernet(packet)))), ['closedTunnels=12']],
	'GTP-U whose extension header has no length': [
		carried((packet) => ethernet(gtp('34', packet, '0000 00 85 00'))),
		['closedTunnels=12'],
	],
	'cut in GTP-U': [cutTo(carried((packet) => ethernet(gtp('30', packet))).slice(3, 4), 47), ['cutHeaders=1']],
	'MACsec that encrypts': [carried((packet) => frame('88e5', hex('0c 00 00000001'), packet)), ['closedTunnels=12']],
	'MACsec that encrypts, behind a VLAN tag': [
		carried((packet) => frame('8100', hex('0005 88e5 2c 00 00000001 0203040506070001'), packet)),
		['closedTunnels=12'],
	],
	'cut in MACsec': [
		cutTo(carried((packet) => frame('88e5', hex('00 00 00000001 0800'), packet)).slice(3, 4), 20),
		['cutHeaders=1'],
	],
	'L2TP without UDP': [carried((packet) => ethernet(outer(115, packet))), ['closedTunnels=12']],
	'L2TP of the third version': [
		carried((packet) => ethernet(l2tp('0003 0000 00000001', packet))),
		['closedTunnels=12'],
	],
	'L2TP that is encrypted': [
		carried((packet) => ethernet(l2tp('0002 0001 0002 ff03 00fd', packet))),
		['closedTunnels=12'],
	],
	'L2TP that is compressed, in short': [
		carried((packet) => ethernet(l2tp('0002 0001 0002 fd', packet))),
		['closedTunnels=12'],
	],
	'L2TP about its tunnel': [carried((packet) => ethernet(l2tp('c802 000c 0001 0000 0003 0004', packet))), []],
	'L2TP that negotiates': [carried((packet) => ethernet(l2tp('0002 0001 0002 ff03 c021', packet))), []],
	'L2TP whose offset leads nowhere': [carried((packet) => ethernet(l2tp('0202 0001 0002 ffff', packet))), []],
	'cut in L2TP': [cutTo(carried(CARRIERS['L2TP with all fields']!).slice(3, 4), 56), ['cutHeaders=1']],
	'GRE that carries what is not read': [carried((packet) => ethernet(gre('0000', '0806', packet))), []],
	'PPPoE that negotiates': [carried((packet) => frame('8864', hex('11 00 0001 0100 c021'), packet)), []],
	'PPPoE that is no data': [carried((packet) => frame('8864', hex('11 09 0001 0100 0021'), packet)), []],
	'labels without an end': [carried((packet) => frame('8847', Buffer.alloc(packet.length))), []],
	'labels before what is not IP': [carried((packet) => frame('8847', hex('0001 01 40 0000'), packet)), []],
	'cut in the outer IP header': [cutTo(carried(CARRIERS.VXLAN!).slice(3, 4), 30), ['cutHeaders=1']],
	'cut in VXLAN': [cutTo(carried(CARRIERS.VXLAN!).slice(3, 4), 45), ['cutHeaders=1']],
	'cut in the frame inside': [cutTo(carried(CARRIERS.VXLAN!).slice(3, 4), 60), ['cutHeaders=1']],
	'cut in the IP header inside': [cutTo(carried(CARRIERS.VXLAN!).slice(3, 4), 70), ['cutHeaders=1']],
	'cut in the TCP header inside': [cutTo(carried(CARRIERS.VXLAN!).slice(3, 4), 90), ['cutHeaders=1']],
	'cut in GRE': [cutTo(carried(CARRIERS['GRE with all fields']!).slice(3, 4), 40), ['cutHeaders=1']],
	'cut in labels': [cutTo(carried(CARRIERS['MPLS, three labels']!).slice(3, 4), 24), ['cutHeaders=1']],
	'cut in PPPoE': [cutTo(carried(CARRIERS.PPPoE!).slice(3, 4), 20), ['cutHeaders=1']],
};

describe('packets within packets that are odd', () => {
	for (const [name, [packets, expected]] of Object.entries(CASES))
		test(name, async () => {
			assert.deepEqual(told(await read(pcap(packets))), expected);
		});

	test('datagrams to the port of a tunnel that carry none are told as others are', async () => {
		const path = join(folder, 'udp.pcap');
		const short = { time: talk(v4)[0]!.time, bytes: ethernet(outer(17, udp(50_000, 4789, 'abc'))) };
		writeFileSync(path, pcap([short, ...carried((packet) => ethernet(vxlan(packet, 6081, '40')))]));
		const { rows } = await readSource(await openPcap(path), 'calls', null);
		assert.deepEqual(
			rows.map(({ endpoint }) => [endpoint.transport, endpoint.remotePort]),
			[
				['udp', 4789],
				['udp', 6081],
			],
		);
	});

	test('any bytes changed, any length: nothing breaks, and prediction tells the same', async () => {
		for (const [name, carrier] of Object.entries(CARRIERS)) {
			const packets = carried(carrier);
			const odd = packets.flatMap(({ time, bytes }) =>
				Array.from({ length: 24 }, (_, i) => {
					const changed = Buffer.from(bytes);
					const at = 12 + ((i * 7) % (changed.length - 12));
					changed[at] = changed[at]! ^ (1 << (i % 8));
					return {
						time,
						bytes: changed,
						captured: i % 3 === 0 ? Math.min(changed.length, 14 + 3 * i) : changed.length,
					};
				}),
			);
			const { error } = await read(pcap([...packets, ...odd]));
			assert.equal(error, null, name);
		}
	});
});

test('a packet full of tags of MACsec is read to its end, not deeper and deeper', async () => {
	const tags = Buffer.alloc(8 * 30_000, hex('88e5 00 00 00000001'));
	const { rows } = await read(pcap([{ time: 0n, bytes: frame('', tags) }]));
	assert.deepEqual(rows, []);
});
