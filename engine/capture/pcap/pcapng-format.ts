import { DAMAGED, MAX_PACKET_BYTES, NEEDS_MORE, type PacketFormat } from './format.ts';
import { isOfAny, LINK_LAYERS, unknownLinkType } from './link-layer.ts';
import type { LinkLayer, Packet } from './packet.ts';
import { PcapngClock } from './pcapng-clock.ts';
import { readNames } from './pcapng-names.ts';

/*
 * draft-ietf-opsawg-pcapng: sections of blocks, each
 *
 *   type u32 | total length u32 | body, padded to 4 | total length u32
 *
 * in the byte order that the section's own header tells.
 */
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
/** Obsolete, in files of before 2012: an enhanced packet block with shorter numbers of interfaces. */
const PACKET = 2;
const SIMPLE_PACKET = 3;
const NAMES = 4;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length, byte-order magic; the shortest block has as many, the section header 28. */
const MIN_BLOCK_BYTES = 12;
const MIN_SECTION_BYTES = 28;
const INTERFACE_OPTIONS = 16;
const STATISTICS_OPTIONS = 20;
const NAMES_HEADER_BYTES = 8;
const SIMPLE_HEADER_BYTES = 12;
const ENHANCED_HEADER_BYTES = 28;
const TRAILER_BYTES = 4;

const OPTION_END = 0;
const OPTION_NAME = 2;
const OPTION_DESCRIPTION = 3;
const OPTION_TSRESOL = 9;
const OPTION_TSOFFSET = 14;
/** isb_ifdrop and isb_osdrop: for want of room at the interface, and in the kernel. */
const DROPS: ReadonlySet<number> = new Set([5, 7]);
/** if_tsresol when the option is absent: microseconds. */
const MICROSECONDS = 6;

/** An interface block describes one device; options of this size would be damage. */
const MAX_INTERFACE_BYTES = 1 << 18;
/** A writer with more names begins another block; a larger one is passed over. */
const MAX_NAMES_BYTES = 1 << 18;
/** Interfaces of a section: hosts with thousands of containers have as many; more would be an attack on memory. */
const MAX_INTERFACES = 65_536;

interface Interface {
	readonly name: string;
	readonly link: LinkLayer | null;
	readonly clock: PcapngClock;
	/** Packets longer than it were cut; 0 is no limit. */
	readonly snapLength: number;
	/** Packets that its statistics say were missed: the last ones count, they are sums. */
	dropped: number;
}

export const isPcapng = (head: Buffer): boolean => head.length >= 4 && head.readUInt32LE(0) === SECTION;

/** Longer than any name of an interface; a file of many such would be an attack on memory. */
const MAX_NAME_BYTES = 255;

/** The text of an option, up to a zero that some writers add; null where there is none. */
const textOf = (bytes: Buffer, at: number, length: number): string | null =>
	bytes.toString('utf8', at, at + Math.min(length, MAX_NAME_BYTES)).split('\0', 1)[0] || null;

/** The blocks of a pcapng file. */
export class PcapngFormat implements PacketFormat {
	needed = 0;
	startWall: bigint | null = null;
	#unread: string | null = null;
	readonly #names: Map<string, string>;
	#interfaces: Interface[] = [];
	#isLittle = true;
	#lastTime = 0;
	#dropped = 0;

	/** Names of addresses that the file tells are added to `names`. */
	constructor(names: Map<string, string>) {
		this.#names = names;
	}

	/** Of the sections before, and of the interfaces of this one. */
	get dropped(): number {
		return this.#interfaces.reduce((sum, device) => sum + device.dropped, this.#dropped);
	}

	get overlaps(): boolean {
		return this.#interfaces.length > 1 || isOfAny(this.#interfaces[0]?.link ?? null);
	}

	get unread(): string | null {
		return this.#unread;
	}

	next(bytes: Buffer, at: number, end: number, packet: Packet): number {
		packet.link = null;
		this.needed = MIN_BLOCK_BYTES;
		if (at + MIN_BLOCK_BYTES > end) return NEEDS_MORE;
		const type = this.#u32(bytes, at);
		if (type === SECTION && !this.#beginSection(bytes, at)) return DAMAGED;
		// Blocks are padded to 4; some writers do not count the padding.
		const size = Math.ceil(this.#u32(bytes, at + 4) / 4) * 4;
		if (size < MIN_BLOCK_BYTES) return DAMAGED;
		const next = at + size;
		switch (type) {
			case SECTION:
				return size < MIN_SECTION_BYTES ? DAMAGED : next;
			case INTERFACE:
				if (size > MAX_INTERFACE_BYTES || size < INTERFACE_OPTIONS + TRAILER_BYTES) return DAMAGED;
				if (!this.#needs(size, at, end)) return NEEDS_MORE;
				return this.#addInterface(bytes, at, next - TRAILER_BYTES) ? next : DAMAGED;
			case ENHANCED_PACKET:
			case PACKET:
				return this.#enhanced(bytes, at, end, size, packet);
			case NAMES:
				if (!this.#needs(size, at, end)) return size > MAX_NAMES_BYTES ? next : NEEDS_MORE;
				readNames(
					bytes,
					at + NAMES_HEADER_BYTES,
					next - TRAILER_BYTES,
					(field) => this.#u16(bytes, field),
					this.#names,
				);
				return next;
			case STATISTICS:
				if (!this.#needs(size, at, end)) return size > MAX_INTERFACE_BYTES ? next : NEEDS_MORE;
				this.#addStatistics(bytes, at, next - TRAILER_BYTES);
				return next;
			case SIMPLE_PACKET:
				return this.#simple(bytes, at, end, size, packet);
			default:
				this.needed = size;
				return next;
		}
	}

	#u32(bytes: Buffer, at: number): number {
		return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
	}

	#u16(bytes: Buffer, at: number): number {
		return this.#isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
	}

	#needs(size: number, at: number, end: number): boolean {
		this.needed = size;
		return at + size <= end;
	}

	#beginSection(bytes: Buffer, at: number): boolean {
		this.#isLittle = bytes.readUInt32LE(at + 8) === BYTE_ORDER_MAGIC;
		this.#dropped = this.dropped;
		this.#interfaces = [];
		return this.#isLittle || bytes.readUInt32BE(at + 8) === BYTE_ORDER_MAGIC;
	}

	#addInterface(bytes: Buffer, at: number, end: number): boolean {
		let resolution = MICROSECONDS;
		let offset = 0n;
		let name: string | null = null;
		let description: string | null = null;
		this.#eachOption(bytes, at + INTERFACE_OPTIONS, end, (code, value, length) => {
			if (code === OPTION_TSRESOL && length === 1) resolution = bytes[value] ?? MICROSECONDS;
			if (code === OPTION_TSOFFSET && length === 8)
				offset = this.#isLittle ? bytes.readBigInt64LE(value) : bytes.readBigInt64BE(value);
			if (code === OPTION_NAME) name ??= textOf(bytes, value, length);
			if (code === OPTION_DESCRIPTION) description ??= textOf(bytes, value, length);
		});
		const type = this.#u16(bytes, at + 8);
		const link = LINK_LAYERS.get(type) ?? null;
		if (link === null) this.#unread = unknownLinkType(type);
		const clock = new PcapngClock(resolution, offset);
		if (this.startWall !== null) clock.setOrigin(this.startWall);
		this.#interfaces.push({
			name: name ?? description ?? `if${this.#interfaces.length}`,
			link,
			clock,
			snapLength: this.#u32(bytes, at + 12),
			dropped: 0,
		});
		return this.#interfaces.length <= MAX_INTERFACES;
	}

	#addStatistics(bytes: Buffer, at: number, end: number): void {
		const device = at + STATISTICS_OPTIONS <= end ? this.#interfaces[this.#u32(bytes, at + 8)] : undefined;
		if (device === undefined) return;
		let dropped = 0;
		this.#eachOption(bytes, at + STATISTICS_OPTIONS, end, (code, value, length) => {
			if (!DROPS.has(code) || length !== 8) return;
			const count = Number(this.#isLittle ? bytes.readBigUInt64LE(value) : bytes.readBigUInt64BE(value));
			// All ones say that nobody knows.
			if (Number.isSafeInteger(count)) dropped += count;
		});
		device.dropped = dropped;
	}

	/** Options from `at` on: of each its code, and where its value stands. */
	#eachOption(
		bytes: Buffer,
		at: number,
		end: number,
		take: (code: number, value: number, length: number) => void,
	): void {
		for (let option = at; option + 4 <= end; ) {
			const [code, length] = [this.#u16(bytes, option), this.#u16(bytes, option + 2)];
			const value = option + 4;
			if (code === OPTION_END || value + length > end) return;
			take(code, value, length);
			option = value + Math.ceil(length / 4) * 4;
		}
	}

	#enhanced(bytes: Buffer, at: number, end: number, size: number, packet: Packet): number {
		if (size < ENHANCED_HEADER_BYTES + TRAILER_BYTES) return DAMAGED;
		if (!this.#needs(ENHANCED_HEADER_BYTES, at, end)) return NEEDS_MORE;
		const isObsolete = this.#u32(bytes, at) === PACKET;
		const device = this.#interfaces[isObsolete ? this.#u16(bytes, at + 8) : this.#u32(bytes, at + 8)];
		const captured = this.#u32(bytes, at + 20);
		const isTooLong = captured > MAX_PACKET_BYTES || captured > size - ENHANCED_HEADER_BYTES - TRAILER_BYTES;
		if (device === undefined || isTooLong) return DAMAGED;
		// Options of any length may follow: they are passed over.
		if (!this.#needs(ENHANCED_HEADER_BYTES + captured, at, end)) return NEEDS_MORE;
		const high = this.#u32(bytes, at + 12);
		const low = this.#u32(bytes, at + 16);
		if (this.startWall === null) this.#setOrigin(device.clock.wall(high, low));
		this.#lastTime = device.clock.time(high, low);
		this.#packet(packet, device, bytes, at + ENHANCED_HEADER_BYTES, captured, this.#u32(bytes, at + 24));
		this.needed = size;
		return at + size;
	}

	/** Without a stamp and of the first interface. */
	#simple(bytes: Buffer, at: number, end: number, size: number, packet: Packet): number {
		const room = size - SIMPLE_HEADER_BYTES - TRAILER_BYTES;
		const [device] = this.#interfaces;
		if (device === undefined || room < 0) return DAMAGED;
		const length = this.#u32(bytes, at + 8);
		const captured = Math.min(length, room, device.snapLength === 0 ? room : device.snapLength);
		if (captured > MAX_PACKET_BYTES) return DAMAGED;
		if (!this.#needs(SIMPLE_HEADER_BYTES + captured, at, end)) return NEEDS_MORE;
		if (this.startWall === null) this.#setOrigin(0n);
		this.#packet(packet, device, bytes, at + SIMPLE_HEADER_BYTES, captured, length);
		this.needed = size;
		return at + size;
	}

	#setOrigin(wall: bigint): void {
		this.startWall = wall;
		for (const { clock } of this.#interfaces) clock.setOrigin(wall);
	}

	#packet(packet: Packet, device: Interface, bytes: Buffer, start: number, captured: number, length: number): void {
		packet.bytes = bytes;
		packet.start = start;
		packet.end = start + captured;
		packet.length = Math.max(captured, length);
		packet.link = device.link;
		packet.iface = device.name;
		packet.time = this.#lastTime;
	}
}
