/** RFC 8878, 3.1.1 and 3.1.2. */
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const SKIPPABLE_HEADER_BYTES = 8;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
/** Bytes of the fields of a frame's header, by their flags. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
/** Type of a block that is one byte, repeated. */
const REPEATED = 1;

/** Frames of one body: each costs a decoder, however little it holds. */
const MAX_FRAMES = 1000;

/** Where the frame at `at` ends; -1: it is none that is decoded, or goes on behind the bytes. */
const frameEnd = (bytes: Buffer, at: number): number => {
	const descriptor = bytes[at + 4] ?? 0;
	const isSingle = (descriptor & 0x20) !== 0;
	const sizeFlag = descriptor >> 6;
	const sizeBytes = sizeFlag === 0 && isSingle ? 1 : CONTENT_SIZE_BYTES[sizeFlag]!;
	let next = at + 5 + (isSingle ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3]! + sizeBytes;
	for (let isLast = false; !isLast; ) {
		if (next + BLOCK_HEADER_BYTES > bytes.length) return -1;
		const header = bytes.readUIntLE(next, BLOCK_HEADER_BYTES);
		isLast = (header & 1) !== 0;
		next += BLOCK_HEADER_BYTES + (((header >> 1) & 3) === REPEATED ? 1 : header >> 3);
	}
	return next + ((descriptor & 4) === 0 ? 0 : CHECKSUM_BYTES);
};

/**
 * The frames of a zstd stream, which Node's decoder takes one at a time (RFC 8878, 3); skippable ones are left out. The last
 * one may be cut off, or no frame.
 */
export const zstdFrames = (content: Uint8Array): readonly Uint8Array[] => {
	const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
	const frames: Uint8Array[] = [];
	for (let at = 0; at < bytes.length && frames.length < MAX_FRAMES; ) {
		const magic = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0;
		if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE && at + SKIPPABLE_HEADER_BYTES <= bytes.length) {
			at += SKIPPABLE_HEADER_BYTES + bytes.readUInt32LE(at + 4);
			continue;
		}
		const end = magic === MAGIC ? frameEnd(bytes, at) : -1;
		frames.push(bytes.subarray(at, end === -1 ? bytes.length : end));
		if (end === -1) break;
		at = end;
	}
	return frames;
};
