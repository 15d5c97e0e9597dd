import type { Overlapping, Packet } from './packet.ts';

/** Given by `next`: the record is not whole; `needed` bytes of it, at least, have to be there. */
export const NEEDS_MORE = -1;
/** Given by `next`: what stands there is no record. */
export const DAMAGED = -2;

/** The larger snapshot length that libpcap allows (pcap-int.h, MAXIMUM_SNAPLEN): a larger packet is damage. */
export const MAX_PACKET_BYTES = 262_144;

/** A file format that holds packets: reads its records one by one. */
export interface PacketFormat extends Overlapping {
	/** ns since the epoch of the first packet; null before it. */
	readonly startWall: bigint | null;
	readonly needed: number;
	/** Packets that the file says its writer missed. */
	readonly dropped: number;
	/** Why packets were left out, in words; null when none were. */
	readonly unread: string | null;
	/**
	 * Reads the record at `at` of `bytes[0, end)`. Gives where the next one begins, which may be behind `end` when the rest
	 * of this one is of no interest. `packet.link` stays null when it was none.
	 */
	next(bytes: Buffer, at: number, end: number, packet: Packet): number;
}
