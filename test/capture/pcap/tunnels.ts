import { hex } from '../../support/hex.ts';
import { ETHERTYPE, ethernet, ipv4, ipv6, udp } from './frames.ts';

/** What carries packets within packets. */
export type Carrier = (packet: Buffer) => Buffer;

const isSix = (packet: Buffer): boolean => packet[0]! >> 4 === 6;
const typeOf = (packet: Buffer): string => (isSix(packet) ? '86dd' : '0800');

/** Between the hosts that the tunnel connects. */
export const OUTER = { source: '192.0.2.1', destination: '192.0.2.2' } as const;
export const outer = (protocol: number, payload: Buffer): Buffer => ipv4({ ...OUTER, protocol }, payload);
export const outer6 = (protocol: number, payload: Buffer): Buffer =>
	ipv6({ source: 0xaa, destination: 0xbb }, payload, protocol);

/** A frame of a header and an ethertype of its own. */
export const frame = (type: string, ...parts: Buffer[]): Buffer =>
	Buffer.concat([Buffer.alloc(12, 2), hex(type), ...parts]);

/** RFC 7348: the I flag and a network identifier. */
export const vxlan = (inner: Buffer, port = 4789, flags = '08'): Buffer =>
	outer(17, udp(50_000, port, Buffer.concat([hex(`${flags} 000000 00002a 00`), inner])));

/** RFC 8926: `options` in words. */
export const geneve = (type: string, inner: Buffer, options = 0, first = options, flags = '00'): Buffer => {
	const header = [Buffer.from([first]), hex(`${flags} ${type} 00002a 00`), Buffer.alloc(4 * options, 0x45)];
	return outer(17, udp(50_000, 6081, Buffer.concat([...header, inner])));
};

/** 3GPP TS 29.281: flags, the type of message, its length, the tunnel, and the fields that flags announce. */
export const gtpMessage = (flags: string, inner: Buffer, fields = '', type = 'ff'): Buffer => {
	const behind = Buffer.concat([hex(fields), inner]);
	return Buffer.concat([hex(`${flags}${type}${behind.length.toString(16).padStart(4, '0')}0000002a`), behind]);
};
export const gtp = (...message: Parameters<typeof gtpMessage>): Buffer =>
	outer(17, udp(2152, 2152, gtpMessage(...message)));

/** A message of WireGuard: type, receiver, counter, and what is encrypted. */
export const wireguard = (bytes: number, type = '04', counter = '0100000000000000'): Buffer =>
	outer(
		17,
		udp(40_001, 51_820, Buffer.concat([hex(`${type}000000 12345678 ${counter}`), Buffer.alloc(bytes - 16, 9)])),
	);

export const gre = (flags: string, type: string, inner: Buffer, fields = ''): Buffer =>
	outer(47, Buffer.concat([hex(flags + type + fields), inner]));

export const l2tp = (header: string, inner: Buffer): Buffer =>
	outer(17, udp(1701, 1701, Buffer.concat([hex(header), inner])));
const pppType = (packet: Buffer): string => (isSix(packet) ? '0057' : '0021');

export const ipInIp: Carrier = (packet) => outer(isSix(packet) ? 41 : 4, packet);

/** Each kind of frame around a packet. */
export const CARRIERS: Readonly<Record<string, Carrier>> = {
	PPPoE: (packet) => frame('8864', hex(`11 00 0001 0100 ${pppType(packet)}`), packet),
	'PPPoE behind a VLAN tag': (packet) => frame('8100', hex(`0005 8864 11 00 0001 0100 ${pppType(packet)}`), packet),
	MPLS: (packet) => frame('8847', hex('0001 01 40'), packet),
	'MPLS, three labels': (packet) => frame('8847', hex('0001 00 40 0002 00 40 0003 01 40'), packet),
	'MPLS multicast': (packet) => frame('8848', hex('0001 01 40'), packet),
	'IP in IP': (packet) => ethernet(ipInIp(packet)),
	'IP in IPv6': (packet) => ethernet(outer6(isSix(packet) ? 41 : 4, packet)),
	GRE: (packet) => ethernet(gre('0000', typeOf(packet), packet)),
	'GRE with a checksum': (packet) => ethernet(gre('8000', typeOf(packet), packet, '45000000')),
	'GRE with a key and a sequence number': (packet) =>
		ethernet(gre('3000', typeOf(packet), packet, '00000001 00000002')),
	'GRE with all fields': (packet) => ethernet(gre('b000', typeOf(packet), packet, '45000000 00000001 00000002')),
	'GRE that carries Ethernet': (packet) => ethernet(gre('0000', '6558', ethernet(packet))),
	'GRE that carries MPLS': (packet) => ethernet(gre('0000', '8847', Buffer.concat([hex('0001 01 40'), packet]))),
	'ERSPAN without a header': (packet) => ethernet(gre('0000', '88be', ethernet(packet))),
	ERSPAN: (packet) => ethernet(gre('1000', '88be', ethernet(packet), '00000001 10010042 00000003')),
	'ERSPAN III': (packet) => ethernet(gre('1000', '22eb', ethernet(packet), '00000001 20010042 12345678 0000 0006')),
	'ERSPAN III of IP, with a header of the platform': (packet) =>
		ethernet(gre('1000', '22eb', packet, '00000001 20010042 12345678 0000 0807 4500000012345678')),
	VXLAN: (packet) => ethernet(vxlan(ethernet(packet))),
	'VXLAN at the port of Linux': (packet) => ethernet(vxlan(ethernet(packet), 8472)),
	'VXLAN that carries a VLAN tag': (packet) => ethernet(vxlan(ethernet(packet, [ETHERTYPE.vlan]))),
	'Geneve that carries Ethernet': (packet) => ethernet(geneve('6558', ethernet(packet))),
	'Geneve that carries IP, with options': (packet) => ethernet(geneve(typeOf(packet), packet, 5)),
	'GTP-U': (packet) => ethernet(gtp('30', packet)),
	'GTP-U with a sequence number': (packet) => ethernet(gtp('32', packet, '0001 00 00')),
	'GTP-U with extension headers': (packet) => ethernet(gtp('34', packet, '0000 00 85 01 0009 85 02 000000000000 00')),
	'GTP-U of IPv6': (packet) => ethernet(outer6(17, udp(2152, 2152, gtpMessage('30', packet)))),
	L2TP: (packet) => ethernet(l2tp(`0002 0001 0002 ff03 ${pppType(packet)}`, packet)),
	'L2TP with all fields': (packet) =>
		ethernet(l2tp(`4a02 0100 0001 0002 0003 0004 0002 0000 ${pppType(packet).slice(2)}`, packet)),
	'MACsec that signs': (packet) => frame('88e5', hex(`00 00 00000001 ${typeOf(packet)}`), packet, Buffer.alloc(16, 7)),
	'MACsec that signs, and names the sender': (packet) =>
		frame('88e5', hex(`20 00 00000001 0203040506070001 ${typeOf(packet)}`), packet, Buffer.alloc(16, 7)),
	'MACsec that signs a VLAN tag': (packet) =>
		frame('88e5', hex(`00 00 00000001 8100 0005 ${typeOf(packet)}`), packet, Buffer.alloc(16, 7)),
	'VXLAN in VXLAN in IP in IP': (packet) => ethernet(ipInIp(vxlan(ethernet(vxlan(ethernet(packet)))))),
	'MPLS that carries GRE': (packet) => frame('8847', hex('0001 01 40'), gre('0000', typeOf(packet), packet)),
};
