/** What a client begins with (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Of a frame: length, type, flags, stream (RFC 9113, 4.1). */
const HEADER_BYTES = 9;
/** Whether frames of each type are of a stream, or of the connection, which is stream 0; null: of either (RFC 9113, 6). */
const OF_STREAM: readonly (boolean | null)[] = [true, true, true, true, false, true, false, false, null, true];
/** The largest that an end takes which has not said otherwise (SETTINGS_MAX_FRAME_SIZE). */
const MAX_FRAME_BYTES = 1 << 14;

/**
 * Whether `bytes[start, end)` begin with what an HTTP/2 client begins with, or are frames without a rest: so are most writes
 * of its ends, also of a connection whose beginning was not seen.
 */
export function looksLikeHttp2(bytes: Buffer, start: number, end: number): boolean {
	const length = Math.min(PREFACE.length, end - start);
	if (length > HEADER_BYTES && bytes.compare(PREFACE, 0, length, start, start + length) === 0) return true;
	let at = start;
	while (end - at >= HEADER_BYTES) {
		const size = bytes.readUIntBE(at, 3);
		const ofStream = OF_STREAM[bytes[at + 3]!];
		// The highest bit is reserved, and 0.
		const stream = bytes.readInt32BE(at + 5);
		if (size > MAX_FRAME_BYTES || ofStream === undefined || stream < 0) return false;
		if (ofStream !== null && ofStream !== stream > 0) return false;
		at += HEADER_BYTES + size;
	}
	return at === end && at > start;
}
