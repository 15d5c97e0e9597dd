import { behindLabels } from './labels.ts';
import { behindMacsec, MACSEC } from './macsec.ts';
import { nflog } from './nflog.ts';
import type { LinkLayer, Packet } from './packet.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** IEEE 802.1Q, 802.1ad, and the tag of QinQ before it had a standard. */
const VLAN_TAGS = new Set([0x8100, 0x88a8, 0x9100]);
/** Tag control information, and the type of what follows. */
const VLAN_BYTES = 4;

const u16 = (bytes: Buffer, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** Behind an ethertype at `at`, and behind the VLAN tags that it announces. */
const behindEthertype = (bytes: Buffer, at: number, end: number): number => {
	let typeAt = at;
	while (typeAt + 2 <= end) {
		const type = u16(bytes, typeAt);
		if (type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6) return typeAt + 2;
		if (type === MACSEC) {
			typeAt = behindMacsec(bytes, typeAt + 2, end);
			if (typeAt === -1 || typeAt === end) return typeAt;
		} else if (VLAN_TAGS.has(type)) typeAt += VLAN_BYTES;
		else return behindLabels(type, bytes, typeAt + 2, end);
	}
	return -1;
};

/** Where IP begins of what an ethertype announces, which stands somewhere else; `at` is behind the header. */
export const behindType = (type: number, bytes: Buffer, at: number, end: number): number =>
	type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? at : behindLabels(type, bytes, at, end);

export const ethernet: LinkLayer = (bytes, start, end) => behindEthertype(bytes, start + 12, end);

const rawIp: LinkLayer = (_, start, end) => (start < end ? start : -1);

/** AF_INET, and AF_INET6 of Linux, NetBSD and OpenBSD, FreeBSD, macOS: the writer's own number, in its byte order. */
const ADDRESS_FAMILIES = new Set([2, 10, 24, 28, 30]);

const loopback: LinkLayer = (bytes, start, end) => {
	if (start + 4 > end) return -1;
	const family = bytes.readUInt32LE(start);
	return ADDRESS_FAMILIES.has(family) || ADDRESS_FAMILIES.has(bytes.readUInt32BE(start)) ? start + 4 : -1;
};

/** The packet type, address and protocol of `any` captures: the protocol type ends a header of 16 bytes. */
export const linuxCooked: LinkLayer = (bytes, start, end) => behindEthertype(bytes, start + 14, end);

const COOKED2_BYTES = 20;
/** Version 2 begins with the protocol type; its header has 20 bytes, VLAN tags follow. */
export const linuxCooked2: LinkLayer = (bytes, start, end) => {
	if (start + COOKED2_BYTES > end) return -1;
	const type = u16(bytes, start);
	if (type === MACSEC) {
		const typeAt = behindMacsec(bytes, start + COOKED2_BYTES, end);
		return typeAt === -1 || typeAt === end ? typeAt : behindEthertype(bytes, typeAt, end);
	}
	return VLAN_TAGS.has(type)
		? behindEthertype(bytes, start + COOKED2_BYTES + 2, end)
		: behindType(type, bytes, start + COOKED2_BYTES, end);
};

/** Whether labels or PPPoE stand before IP at `ip`, where the header of the frame tells. */
export const isLabelled = (packet: Packet, ip: number): boolean => {
	const { link, bytes } = packet;
	if (link !== ethernet && link !== linuxCooked) return false;
	const type = u16(bytes, ip - 2);
	return (type !== ETHERTYPE_IPV4 && type !== ETHERTYPE_IPV6) || isMacsec(packet);
};

/** Where the ethertype of a frame stands, which VLAN tags may follow. */
const TYPE_AT: ReadonlyMap<LinkLayer, number> = new Map([
	[ethernet, 12],
	[linuxCooked, 14],
	[linuxCooked2, 0],
]);

/** Whether a frame is one of MACsec. */
export const isMacsec = ({ link, bytes, start, end }: Packet): boolean => {
	const at = link === null ? undefined : TYPE_AT.get(link);
	if (at === undefined || start + at + 2 > end) return false;
	let typeAt = start + at;
	let type = u16(bytes, typeAt);
	// What follows the first tag of the second version stands behind its header.
	if (at === 0 && VLAN_TAGS.has(type)) typeAt = start + COOKED2_BYTES + 2 - VLAN_BYTES;
	while (VLAN_TAGS.has(type) && typeAt + VLAN_BYTES + 2 <= end) {
		typeAt += VLAN_BYTES;
		type = u16(bytes, typeAt);
	}
	return type === MACSEC;
};

/** Whether packets come from several interfaces, so that one may come again: within a tunnel more of it is cut than outside. */
export const isOfAny = (link: LinkLayer | null): boolean => link === linuxCooked || link === linuxCooked2;

/** By the LINKTYPE_ numbers of the file formats (tcpdump.org/linktypes.html). */
export const LINK_LAYERS: ReadonlyMap<number, LinkLayer> = new Map([
	[0, loopback], // NULL
	[1, ethernet],
	[12, rawIp], // DLT_RAW, which some writers put into files
	[14, rawIp], // and OpenBSD's
	[101, rawIp],
	[108, loopback], // LOOP
	[113, linuxCooked],
	[228, rawIp], // IPV4
	[229, rawIp], // IPV6
	[239, nflog],
	[276, linuxCooked2],
]);

/** Says that a link type is not read, and which are. */
export const unknownLinkType = (type: number): string =>
	`link type ${type} is not read; Ethernet, Linux cooked, loopback, raw IP and NFLOG are`;
