import { NOT_YET } from '../../not-yet.ts';
import { InputError } from '../input-error.ts';
import { DAMAGED, MAX_PACKET_BYTES, NEEDS_MORE, type PacketFormat } from './format.ts';
import { isOfAny, LINK_LAYERS, unknownLinkType } from './link-layer.ts';
import type { LinkLayer, Packet } from './packet.ts';

/*
 * draft-ietf-opsawg-pcap: a header of 24 bytes, then records of
 *
 *   seconds u32 | fraction u32 | captured u32 | length u32 | bytes
 *
 * all in the byte order of the writer.
 */
export const PCAP_HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const NETWORK = 20;
/** The bits above hold the length of a frame check sequence. */
const LINK_TYPE_MASK = 0x03ffffff;

/** Magic numbers, as they stand in a file of the little-endian order: ns in a unit of the fraction. */
const UNITS: ReadonlyMap<number, number> = new Map([
	[0xa1b2c3d4, 1000],
	[0xa1b23c4d, 1],
]);

export const isPcap = (head: Buffer): boolean =>
	head.length >= 4 && (UNITS.has(head.readUInt32LE(0)) || UNITS.has(head.readUInt32BE(0)));

/** The records of a pcap file. */
export class PcapFormat implements PacketFormat {
	readonly unread = null;
	readonly dropped = 0;
	readonly overlaps: boolean;
	needed = 0;
	startWall: bigint | null = null;
	readonly #link: LinkLayer;
	readonly #isLittle: boolean;
	readonly #unit: number;
	#startSeconds = NOT_YET;
	#startFraction = NOT_YET;

	/** `header`: the first PCAP_HEADER_BYTES; `name` is for messages. Throws InputError for a link type that is not read. */
	constructor(header: Buffer, name: string) {
		const magic = header.readUInt32LE(0);
		this.#isLittle = UNITS.has(magic);
		this.#unit = UNITS.get(this.#isLittle ? magic : header.readUInt32BE(0)) ?? 1;
		const type = (this.#isLittle ? header.readUInt32LE(NETWORK) : header.readUInt32BE(NETWORK)) & LINK_TYPE_MASK;
		const link = LINK_LAYERS.get(type);
		if (link === undefined) throw new InputError(`${name}: ${unknownLinkType(type)}`);
		this.#link = link;
		this.overlaps = isOfAny(link);
	}

	next(bytes: Buffer, at: number, end: number, packet: Packet): number {
		const { view } = packet;
		this.needed = RECORD_BYTES;
		if (at + RECORD_BYTES > end) return NEEDS_MORE;
		const captured = view.getUint32(at + 8, this.#isLittle);
		if (captured > MAX_PACKET_BYTES) return DAMAGED;
		this.needed = RECORD_BYTES + captured;
		const next = at + this.needed;
		if (next > end) return NEEDS_MORE;
		const seconds = view.getUint32(at, this.#isLittle);
		const fraction = view.getUint32(at + 4, this.#isLittle);
		if (this.startWall === null) {
			this.startWall = BigInt(seconds) * 1_000_000_000n + BigInt(fraction * this.#unit);
			this.#startSeconds = seconds;
			this.#startFraction = fraction;
		}
		packet.bytes = bytes;
		packet.start = at + RECORD_BYTES;
		packet.end = next;
		packet.length = Math.max(captured, view.getUint32(at + 12, this.#isLittle));
		packet.link = this.#link;
		packet.time = (seconds - this.#startSeconds) * 1e9 + (fraction - this.#startFraction) * this.#unit;
		return next;
	}
}
