/** What a client begins with (RFC 9113, 3.4). */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Of a frame: length, type, flags, stream (RFC 9113, 4.1). */
const HEADER_BYTES = 9;
/** CONTINUATION: types beyond are those of extensions. */
const LAST_TYPE = 9;
/** The largest that an end takes which has not said otherwise (SETTINGS_MAX_FRAME_SIZE). */
const MAX_FRAME_BYTES = 1 << 14;
const RESERVED_BIT = 0x80;

/**
 * Whether `bytes[start, end)` begin with what an HTTP/2 client begins with, or are frames without a rest: so are most writes
 * of its ends, also of a connection whose beginning was not seen. No other binary protocol has lengths that fit so.
 */
export function looksLikeHttp2(bytes: Buffer, start: number, end: number): boolean {
	const length = Math.min(PREFACE.length, end - start);
	if (length > HEADER_BYTES && bytes.compare(PREFACE, 0, length, start, start + length) === 0) return true;
	let at = start;
	while (end - at >= HEADER_BYTES) {
		const size = bytes.readUIntBE(at, 3);
		if (size > MAX_FRAME_BYTES || bytes[at + 3]! > LAST_TYPE || bytes[at + 5]! >= RESERVED_BIT) return false;
		at += HEADER_BYTES + size;
	}
	return at === end && at > start;
}
