/*
 * Unsigned integers in the bytes of packets, which the caller knows to be there. Those of Buffer check that once more, and
 * put the bytes together as doubles: they take twice the time, several times for each packet.
 */

export const u16 = (bytes: Buffer, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** As a signed number: for comparing alone. */
export const i32 = (bytes: Buffer, at: number): number =>
	(bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;

export const u32 = (bytes: Buffer, at: number): number => i32(bytes, at) >>> 0;
