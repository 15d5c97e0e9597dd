import { i32, u16, u32 } from './integers.ts';
/** What an IP packet carries, `bytes[start, end)` as captured: one object is filled anew for each, so nobody keeps it. */
export interface Datagram {
	bytes: Buffer;
	start: number;
	end: number;
	/** Bytes of the payload on the wire. */
	length: number;
	/** IP protocol number. */
	protocol: number;
	/** 4 or 6. */
	family: number;
	/** Source and destination, four 32-bit words each; IPv4 as ::ffff:a.b.c.d. */
	readonly addresses: Int32Array;
	/** A fragment: where its payload stands in the whole payload, and whether more follow. */
	isFragment: boolean;
	fragmentOffset: number;
	moreFragments: boolean;
	/** Of IPv4, and of fragments. */
	identification: number;
}

export const newDatagram = (): Datagram => ({
	bytes: Buffer.alloc(0),
	start: 0,
	end: 0,
	length: 0,
	protocol: 0,
	family: 4,
	addresses: new Int32Array(8),
	isFragment: false,
	fragmentOffset: 0,
	moreFragments: false,
	identification: 0,
});

const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const MAPPED_PREFIX = 0xffff;

/** Extension headers that stand before the payload (IANA, ipv6-parameters): what the length field counts, and from where on. */
interface Extension {
	readonly unit: number;
	readonly added: number;
}
const EIGHT_MORE: Extension = { unit: 8, added: 8 };
const EXTENSIONS: ReadonlyMap<number, Extension> = new Map([
	[0, EIGHT_MORE], // hop-by-hop options
	[43, EIGHT_MORE], // routing
	[51, { unit: 4, added: 8 }], // authentication (RFC 4302, 2.2)
	[60, EIGHT_MORE], // destination options
	[135, EIGHT_MORE], // mobility
	[139, EIGHT_MORE], // host identity
	[140, EIGHT_MORE], // shim6
]);
const FRAGMENT = 44;
const FRAGMENT_HEADER_BYTES = 8;

/**
 * Reads the IP header at `at` of a frame that was captured up to `end` and whose wire length reaches to `wireEnd`. False
 * when it is none, or too little of it was captured.
 */
export const readIp = (bytes: Buffer, at: number, end: number, wireEnd: number, datagram: Datagram): boolean => {
	datagram.bytes = bytes;
	datagram.isFragment = false;
	const version = (bytes[at] ?? 0) >> 4;
	if (version === 4) return readIpv4(bytes, at, end, wireEnd, datagram);
	return version === 6 && readIpv6(bytes, at, end, wireEnd, datagram);
};

/** Frames are padded to their least length: the payload ends where the header says. */
const setPayload = (datagram: Datagram, start: number, end: number, length: number): boolean => {
	datagram.start = start;
	datagram.end = Math.min(end, start + length);
	datagram.length = length;
	return length >= 0 && start <= end;
};

const readIpv4 = (bytes: Buffer, at: number, end: number, wireEnd: number, datagram: Datagram): boolean => {
	if (at + IPV4_HEADER_BYTES > end) return false;
	const headerBytes = ((bytes[at] ?? 0) & 15) * 4;
	if (headerBytes < IPV4_HEADER_BYTES) return false;
	// Zero where the network card was to cut a large send into packets: the frame has its length.
	const total = u16(bytes, at + 2) || wireEnd - at;
	const fragment = u16(bytes, at + 6);
	datagram.family = 4;
	datagram.identification = u16(bytes, at + 4);
	datagram.protocol = bytes[at + 9] ?? 0;
	const { addresses } = datagram;
	addresses[0] = 0;
	addresses[1] = 0;
	addresses[2] = MAPPED_PREFIX;
	addresses[3] = i32(bytes, at + 12);
	addresses[4] = 0;
	addresses[5] = 0;
	addresses[6] = MAPPED_PREFIX;
	addresses[7] = i32(bytes, at + 16);
	if ((fragment & 0x3fff) !== 0) {
		datagram.isFragment = true;
		datagram.fragmentOffset = (fragment & 0x1fff) * 8;
		datagram.moreFragments = (fragment & 0x2000) !== 0;
	}
	return setPayload(datagram, at + headerBytes, end, total - headerBytes);
};

const readIpv6 = (bytes: Buffer, at: number, end: number, wireEnd: number, datagram: Datagram): boolean => {
	if (at + IPV6_HEADER_BYTES > end) return false;
	datagram.family = 6;
	const { addresses } = datagram;
	for (let word = 0; word < 8; word++) addresses[word] = i32(bytes, at + 8 + 4 * word);
	// Zero: a jumbogram (RFC 2675), or a large send as above.
	const payloadEnd = at + IPV6_HEADER_BYTES + (u16(bytes, at + 4) || wireEnd - at - IPV6_HEADER_BYTES);
	datagram.protocol = bytes[at + 6] ?? 0;
	let next = passExtensions(datagram, at + IPV6_HEADER_BYTES, end);
	if (next !== -1 && datagram.protocol === FRAGMENT) {
		if (next + FRAGMENT_HEADER_BYTES > end) return false;
		const field = u16(bytes, next + 2);
		datagram.fragmentOffset = field & 0xfff8;
		datagram.moreFragments = (field & 1) !== 0;
		// An atomic fragment is whole (RFC 6946).
		datagram.isFragment = datagram.moreFragments || datagram.fragmentOffset !== 0;
		datagram.identification = u32(bytes, next + 4);
		datagram.protocol = bytes[next] ?? 0;
		next += FRAGMENT_HEADER_BYTES;
		if (!datagram.isFragment) next = passExtensions(datagram, next, end);
	}
	return next !== -1 && setPayload(datagram, next, end, payloadEnd - next);
};

/** Passes over the headers from `next` on, the first of the kind that `protocol` says; gives where they end, -1: they were cut. */
const passExtensions = (datagram: Datagram, next: number, end: number): number => {
	const { bytes } = datagram;
	let at = next;
	for (;;) {
		const extension = EXTENSIONS.get(datagram.protocol);
		if (extension === undefined) return at;
		if (at + 2 > end) return -1;
		datagram.protocol = bytes[at] ?? 0;
		at += (bytes[at + 1] ?? 0) * extension.unit + extension.added;
	}
};

/** Whether headers of IPv6 may stand in fragments before the payload (RFC 8200, 4.5). */
export const isExtension = ({ family, protocol }: Datagram): boolean => family === 6 && EXTENSIONS.has(protocol);

/** Passes over what stands before the payload of fragments that have been put together; false when it was cut. */
export const passFragmentExtensions = (datagram: Datagram): boolean => {
	if (!isExtension(datagram)) return true;
	const { start, end, length } = datagram;
	const next = passExtensions(datagram, start, end);
	return next !== -1 && setPayload(datagram, next, end, length - (next - start));
};
