export const LINKTYPE = {
	null: 0,
	ethernet: 1,
	raw: 101,
	loop: 108,
	sll: 113,
	ipv4: 228,
	ipv6: 229,
	nflog: 239,
	sll2: 276,
} as const;

export interface CapturedPacket {
	/** ns since the epoch. */
	readonly time: bigint;
	readonly bytes: Uint8Array;
	/** Captured of them; all when absent. */
	readonly captured?: number;
	/** Of its interface, in pcapng. */
	readonly device?: number;
}

/** 2026-01-01T00:00:00Z. */
export const START = 1_767_225_600_000_000_000n;

export interface FileOptions {
	readonly link?: number;
	readonly big?: boolean;
}

const writer = (big: boolean) => (values: readonly (number | [number])[]) => {
	const bytes = Buffer.alloc(values.reduce<number>((size, value) => size + (typeof value === 'number' ? 4 : 2), 0));
	let at = 0;
	for (const value of values) {
		if (typeof value === 'number') at = big ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
		else at = big ? bytes.writeUInt16BE(value[0], at) : bytes.writeUInt16LE(value[0], at);
	}
	return bytes;
};

/** A pcap file. `unit` is that of the stamps in ns: 1000 or 1. */
export const pcap = (packets: readonly CapturedPacket[], options: FileOptions & { unit?: 1 | 1000 } = {}): Buffer => {
	const { link = LINKTYPE.ethernet, big = false, unit = 1000 } = options;
	const write = writer(big);
	const parts = [write([unit === 1 ? 0xa1b23c4d : 0xa1b2c3d4, [2], [4], 0, 0, 262_144, link])];
	for (const { time, bytes, captured = bytes.length } of packets) {
		const fraction = Number(time % 1_000_000_000n) / unit;
		parts.push(write([Number(time / 1_000_000_000n), Math.floor(fraction), captured, bytes.length]));
		parts.push(Buffer.from(bytes.subarray(0, captured)));
	}
	return Buffer.concat(parts);
};

export interface Device {
	/** if_name; `lo` when absent, left out when null. */
	readonly name?: string | null;
	readonly description?: string;
	readonly link?: number;
	/** if_tsresol; the option is left out when absent. */
	readonly tsresol?: number;
	/** if_tsoffset in seconds. */
	readonly offset?: number;
	readonly snapLength?: number;
}

const unitsPerSecond = (tsresol: number): bigint =>
	tsresol & 0x80 ? 2n ** BigInt(tsresol & 0x7f) : 10n ** BigInt(tsresol);

/** One section of a pcapng file. Packets with `simple` stand in blocks without stamp and interface, those with `obsolete` in packet blocks. */
export const section = (
	packets: readonly (CapturedPacket & { readonly simple?: boolean; readonly obsolete?: boolean })[],
	options: {
		big?: boolean;
		devices?: readonly Device[];
		between?: readonly (readonly [type: number, body: Buffer])[];
	} = {},
): Buffer => {
	const { big = false, devices = [{}], between = [] } = options;
	const write = writer(big);
	const block = (type: number, ...body: Buffer[]): Buffer => {
		const bytes = Buffer.concat(body);
		const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
		const size = 12 + bytes.length + padding.length;
		return Buffer.concat([write([type, size]), bytes, padding, write([size])]);
	};
	const parts = [block(0x0a0d0d0a, write([0x1a2b3c4d, [1], [0], 0xffffffff, 0xffffffff]))];
	const text = (code: number, value: string): Buffer<ArrayBuffer> => {
		const bytes = Buffer.from(value);
		const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4);
		return Buffer.concat([write([[code], [bytes.length]]), bytes, padding]);
	};
	for (const { link = LINKTYPE.ethernet, name = 'lo', description, tsresol, offset, snapLength = 0 } of devices) {
		const body = [write([[link], [0], snapLength])];
		if (name !== null) body.push(text(2, name));
		if (description !== undefined) body.push(text(3, description));
		if (tsresol !== undefined) body.push(write([[9], [1]]), Buffer.from([tsresol, 0, 0, 0]));
		if (offset !== undefined) {
			const value = Buffer.alloc(8);
			if (big) value.writeBigInt64BE(BigInt(offset));
			else value.writeBigInt64LE(BigInt(offset));
			body.push(write([[14], [8]]), value);
		}
		parts.push(block(1, ...body, write([[0], [0]])));
	}
	for (const [type, body] of between) parts.push(block(type, body));
	for (const { time, bytes, captured = bytes.length, device = 0, simple = false, obsolete = false } of packets) {
		const payload = Buffer.from(bytes.subarray(0, captured));
		if (simple) parts.push(block(3, write([bytes.length]), payload));
		else {
			const { tsresol = 6, offset = 0 } = devices[device] ?? {};
			const ns = time - BigInt(offset) * 1_000_000_000n;
			const units = (ns * unitsPerSecond(tsresol)) / 1_000_000_000n;
			const stamp = [Number(units >> 32n), Number(units & 0xffffffffn)];
			const padding = Buffer.alloc((4 - (payload.length % 4)) % 4);
			// opt_comment behind the packet.
			const comment = Buffer.concat([write([[1], [5]]), Buffer.from('hello\0\0\0'), write([[0], [0]])]);
			// Of an obsolete one: the interface and the count of drops in 16 bits each.
			const from = obsolete ? write([[device], [3]]) : write([device]);
			const header = [from, write([...stamp, captured, bytes.length])];
			parts.push(block(obsolete ? 2 : 6, ...header, payload, padding, comment));
		}
	}
	return Buffer.concat(parts);
};
