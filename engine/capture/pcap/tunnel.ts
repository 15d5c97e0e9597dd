import { UDP } from './datagram-flows.ts';
import { carriesPackets, GTP_PORT, insideGtp } from './gtp.ts';
import { i32, u16 } from './integers.ts';
import type { Datagram } from './ip.ts';
import { insideL2tp, isClosedL2tp, L2TP_PORT } from './l2tp.ts';
import { behindType, ethernet } from './link-layer.ts';
import { isWireguard } from './wireguard.ts';

/** IP in IP (RFC 2003, RFC 2473), IPv6 in IP (RFC 4213), and generic routing encapsulation. */
const IPV4 = 4;
const IPV6 = 41;
const GRE = 47;

/** Protocols of IP that carry packets. */
export const TUNNELS: ReadonlySet<number> = new Set([IPV4, IPV6, GRE]);

/** Transparent Ethernet bridging (RFC 1701). */
const BRIDGED = 0x6558;
/** Frames that a switch mirrors: ERSPAN (draft-foschiano-erspan), of which the third version has a type of its own. */
const MIRRORED = 0x88be;
const MIRRORED_3 = 0x22eb;

const UDP_BYTES = 8;
/** Where RFC 7348 has it, and where Linux has it when nobody says otherwise, as overlays of Kubernetes do. */
const isVxlan = (port: number): boolean => port === 4789 || port === 8472;
const VXLAN_BYTES = 8;
/** The identifier of a network is there. */
const VXLAN_VALID = 0x08;
const GENEVE_PORT = 6081;
const GENEVE_BYTES = 8;

/** Where the IP header of the packet within a datagram begins, or the end of it when it was cut before; -1: it is no tunnel's. */
export const insideOf = (datagram: Datagram): number => {
	const { protocol, bytes, start, end } = datagram;
	if (protocol === UDP) {
		if (start + UDP_BYTES > end) return -1;
		const port = u16(bytes, start + 2);
		if (isVxlan(port)) return insideVxlan(bytes, start + UDP_BYTES, end);
		if (port === GTP_PORT) return insideGtp(bytes, start + UDP_BYTES, end);
		if (port === L2TP_PORT) return insideL2tp(bytes, start + UDP_BYTES, end);
		return port === GENEVE_PORT ? insideGeneve(bytes, start + UDP_BYTES, end) : -1;
	}
	if (protocol === GRE) return insideGre(bytes, start, end);
	return protocol === IPV4 || protocol === IPV6 ? start : -1;
};

const GRE_BYTES = 4;
const CHECKSUM = 0x8000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;
/** Routing of RFC 1701, and versions: 1 is that of PPTP. */
const OTHER_GRE = 0x4007;

/** Encrypted (RFC 4303), also in datagrams (RFC 3948), and L2TP without UDP (RFC 3931). */
const ESP = 50;
const L2TP = 115;
const ESP_PORT = 4500;
/** A keep-alive has one byte, and those that negotiate begin with zeros. */
const ESP_BYTES = 8;

/** Whether a datagram is of a tunnel that is not looked into. */
export const isClosed = (datagram: Datagram): boolean => {
	const { protocol, bytes, start, end, length } = datagram;
	if (protocol === ESP || protocol === L2TP) return true;
	if (protocol === GRE) return start + GRE_BYTES <= end && isOtherGre(u16(bytes, start));
	if (protocol !== UDP || length < UDP_BYTES + ESP_BYTES || start + UDP_BYTES + 4 > end) return false;
	const isEsp = u16(bytes, start) === ESP_PORT || u16(bytes, start + 2) === ESP_PORT;
	if (isEsp) return i32(bytes, start + UDP_BYTES) !== 0;
	const port = u16(bytes, start + 2);
	if (port === GTP_PORT) return carriesPackets(bytes, start + UDP_BYTES);
	if (port === L2TP_PORT) return isClosedL2tp(bytes, start + UDP_BYTES, end);
	return isWireguard(bytes, start, end);
};

/** Of another version only what has a sequence number carries anything (RFC 2637, 4.1). */
const isOtherGre = (flags: number): boolean =>
	(flags & OTHER_GRE) !== 0 && ((flags & 7) === 0 || (flags & SEQUENCE) !== 0);

/** Whether a fragment is the first of a datagram that goes to a port of tunnels. */
export const goesToTunnel = ({ fragmentOffset, bytes, start, end }: Datagram): boolean => {
	if (fragmentOffset !== 0 || start + UDP_BYTES > end) return false;
	const port = u16(bytes, start + 2);
	return port === GENEVE_PORT || port === GTP_PORT || port === L2TP_PORT || isVxlan(port);
};

/** What a header of `type` announces at `at`. */
const inside = (type: number, bytes: Buffer, at: number, end: number): number => {
	if (at > end) return end;
	return type === BRIDGED ? insideFrame(bytes, at, end) : behindType(type, bytes, at, end);
};

const FRAME_BYTES = 14;
const insideFrame = (bytes: Buffer, at: number, end: number): number =>
	at + FRAME_BYTES > end ? end : ethernet(bytes, at, end);

/** RFC 7348, 5. */
const insideVxlan = (bytes: Buffer, at: number, end: number): number => {
	if (at + VXLAN_BYTES > end) return end;
	return (bytes[at]! & VXLAN_VALID) === 0 ? -1 : insideFrame(bytes, at + VXLAN_BYTES, end);
};

/** RFC 8926, 3.4: the version, the length of the options in words, flags, and what is inside. */
const insideGeneve = (bytes: Buffer, at: number, end: number): number => {
	if (at + GENEVE_BYTES > end) return end;
	const first = bytes[at]!;
	const isControl = (bytes[at + 1]! & 0x80) !== 0;
	if (first >> 6 !== 0 || isControl) return -1;
	return inside(u16(bytes, at + 2), bytes, at + GENEVE_BYTES + (first & 0x3f) * 4, end);
};

/** RFC 2784, RFC 2890: each of the fields that a flag announces has four bytes. */
const insideGre = (bytes: Buffer, at: number, end: number): number => {
	if (at + GRE_BYTES > end) return end;
	const flags = u16(bytes, at);
	if ((flags & OTHER_GRE) !== 0) return -1;
	const words = ((flags & CHECKSUM) >> 15) + ((flags & KEY) >> 13) + ((flags & SEQUENCE) >> 12);
	const type = u16(bytes, at + 2);
	const behind = at + GRE_BYTES + 4 * words;
	// The first version has neither sequence numbers nor a header.
	if (type === MIRRORED) return insideFrame(bytes, behind + ((flags & SEQUENCE) === 0 ? 0 : MIRRORED_BYTES), end);
	return type === MIRRORED_3 ? insideMirrored3(bytes, behind, end) : inside(type, bytes, behind, end);
};

const MIRRORED_BYTES = 8;
const MIRRORED_3_BYTES = 12;
const PLATFORM_BYTES = 8;

/** In its last two bytes: the type of what was mirrored, Ethernet or IP, and whether something of the platform follows. */
const insideMirrored3 = (bytes: Buffer, at: number, end: number): number => {
	if (at + MIRRORED_3_BYTES > end) return end;
	const last = u16(bytes, at + MIRRORED_3_BYTES - 2);
	const type = (last >> 10) & 0x1f;
	const behind = at + MIRRORED_3_BYTES + ((last & 1) === 0 ? 0 : PLATFORM_BYTES);
	if (type === 2) return Math.min(behind, end);
	return type === 0 ? insideFrame(bytes, behind, end) : -1;
};
