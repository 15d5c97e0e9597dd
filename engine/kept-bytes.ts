/**
 * Small copies share chunks of this size: each new ArrayBuffer is a malloc now and work for the garbage collector later.
 * A copy that is kept for long keeps its chunk, so the chunk is not larger.
 */
const CHUNK_BYTES = 32 << 10;
const MAX_SHARED_BYTES = CHUNK_BYTES / 8;

let chunk: Buffer = Buffer.alloc(0);
let used = 0;

/** A copy of `bytes[start, end)`, of which somebody else has the buffer. */
export const keepBytes = (bytes: Uint8Array, start: number, end: number): Buffer => {
	const length = end - start;
	let copy: Buffer;
	if (length > MAX_SHARED_BYTES) copy = Buffer.allocUnsafeSlow(length);
	else {
		if (used + length > chunk.length) {
			chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
			used = 0;
		}
		copy = chunk.subarray(used, used + length);
		used += length;
	}
	copy.set(bytes.subarray(start, end));
	return copy;
};
