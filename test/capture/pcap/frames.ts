/** Frames as they are on the wire, from TCP outwards; checksums are zero, as network cards that compute them leave them. */

export const Flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32 } as const;

export interface TcpFields {
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly seq: number;
	readonly ack?: number;
	readonly flags?: number;
	/** Urgent pointer. */
	readonly urgent?: number;
	readonly payload?: Uint8Array | string;
	/** Bytes of options. */
	readonly options?: number;
}

const bytesOf = (payload: Uint8Array | string | undefined): Buffer =>
	typeof payload === 'string' ? Buffer.from(payload, 'latin1') : Buffer.from(payload ?? []);

export const tcp = (fields: TcpFields): Buffer => {
	const { sourcePort, destinationPort, seq, ack = 0, flags, urgent = 0, payload, options = 0 } = fields;
	const header = Buffer.alloc(20 + options, 1);
	header.writeUInt16BE(sourcePort, 0);
	header.writeUInt16BE(destinationPort, 2);
	header.writeUInt32BE(seq >>> 0, 4);
	header.writeUInt32BE(ack >>> 0, 8);
	header.writeUInt16BE(((header.length / 4) << 12) | (flags ?? Flag.ack), 12);
	header.writeUInt32BE(0x0400_0000, 14);
	header.writeUInt16BE(urgent, 18);
	return Buffer.concat([header, bytesOf(payload)]);
};

/** A datagram; `length` instead of the true one. */
export const udp = (source: number, destination: number, payload: string | Buffer, length?: number): Buffer => {
	const header = Buffer.alloc(8);
	header.writeUInt16BE(source, 0);
	header.writeUInt16BE(destination, 2);
	header.writeUInt16BE(length ?? 8 + payload.length, 4);
	return Buffer.concat([header, Buffer.from(payload)]);
};

export interface Ipv4Fields {
	readonly source: string;
	readonly destination: string;
	readonly protocol?: number;
	readonly identification?: number;
	/** In bytes. */
	readonly fragmentOffset?: number;
	readonly moreFragments?: boolean;
	/** Bytes of options. */
	readonly options?: number;
	/** Instead of the true one. */
	readonly totalLength?: number;
}

export const ipv4 = (fields: Ipv4Fields, payload: Buffer): Buffer => {
	const { options = 0, fragmentOffset = 0, moreFragments = false } = fields;
	const header = Buffer.alloc(20 + options);
	header[0] = 0x40 | (header.length / 4);
	header.writeUInt16BE(fields.totalLength ?? header.length + payload.length, 2);
	header.writeUInt16BE(fields.identification ?? 0, 4);
	header.writeUInt16BE((moreFragments ? 0x2000 : 0) | (fragmentOffset / 8), 6);
	header[8] = 64;
	header[9] = fields.protocol ?? 6;
	for (const [i, part] of fields.source.split('.').entries()) header[12 + i] = Number(part);
	for (const [i, part] of fields.destination.split('.').entries()) header[16 + i] = Number(part);
	return Buffer.concat([header, payload]);
};

/** An extension header of IPv6: its number, and what stands behind its first two bytes. */
export type Extension = readonly [protocol: number, rest: Buffer];

export interface Ipv6Fields {
	/** The last group of `fe80::`. */
	readonly source: number;
	readonly destination: number;
	readonly extensions?: readonly Extension[];
	readonly payloadLength?: number;
}

export const ipv6 = (
	{ source, destination, extensions = [], payloadLength }: Ipv6Fields,
	payload: Buffer,
	protocol = 6,
): Buffer => {
	const header = Buffer.alloc(40);
	header[0] = 0x60;
	header[7] = 64;
	for (const [at, group] of [[8, source] as const, [24, destination] as const]) {
		header.writeUInt16BE(0xfe80, at);
		header.writeUInt16BE(group, at + 14);
	}
	const numbers = [...extensions.map(([number]) => number), protocol];
	header[6] = numbers[0] ?? protocol;
	const chain = extensions.map(([, rest], i) => Buffer.concat([Buffer.from([numbers[i + 1] ?? protocol]), rest]));
	const body = Buffer.concat([...chain, payload]);
	header.writeUInt16BE(payloadLength ?? body.length, 4);
	return Buffer.concat([header, body]);
};

export const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, qinq: 0x88a8 } as const;

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** VLAN tags, outermost first: the type that announces each. */
export const ethernet = (packet: Buffer, tags: readonly number[] = []): Buffer => {
	const type = packet[0] !== undefined && packet[0] >> 4 === 6 ? ETHERTYPE.ipv6 : ETHERTYPE.ipv4;
	const headers = tags.flatMap((tag, i) => [u16(tag), u16(i + 1)]);
	const frame = Buffer.concat([Buffer.alloc(12, 2), ...headers, u16(type), packet]);
	// The least length of a frame (IEEE 802.3) without its check sequence.
	return frame.length >= 60 ? frame : Buffer.concat([frame, Buffer.alloc(60 - frame.length, 0xee)]);
};

/** How a segment of one of two ends becomes a packet. */
export type Wrap = (segment: Buffer, fromClient: boolean) => Buffer;

/** The client is 10.0.0.1, the server 10.0.0.2. */
export const ends = (fromClient: boolean) =>
	fromClient
		? ({ source: '10.0.0.1', destination: '10.0.0.2' } as const)
		: ({ source: '10.0.0.2', destination: '10.0.0.1' } as const);
/** As the last bytes of addresses of IPv6. */
export const ends6 = (fromClient: boolean) =>
	fromClient ? ({ source: 1, destination: 2 } as const) : ({ source: 2, destination: 1 } as const);

export const v4: Wrap = (segment, fromClient) => ipv4(ends(fromClient), segment);
export const v6: Wrap = (segment, fromClient) => ipv6(ends6(fromClient), segment);
