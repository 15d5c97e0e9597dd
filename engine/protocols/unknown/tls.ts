/** Content types of records: from change_cipher_spec to application_data (RFC 8446, 5.1; RFC 5246, 6.2.1). */
const FIRST_TYPE = 20;
const LAST_TYPE = 23;
/** SSL 3.0 and TLS 1.0 to 1.2; TLS 1.3 goes by the number of 1.2. */
const MAJOR_VERSION = 3;
const MAX_MINOR_VERSION = 4;
/** Of a record of TLS 1.2, the longest. */
const MAX_RECORD_BYTES = (1 << 14) + 2048;
const HEADER_BYTES = 5;

/** Whether `bytes[start, end)` begin with the header of a TLS record, as nearly every write of a TLS library does. */
export function looksLikeTls(bytes: Buffer, start: number, end: number): boolean {
	if (end - start < HEADER_BYTES) return false;
	const type = bytes[start]!;
	if (type < FIRST_TYPE || type > LAST_TYPE) return false;
	if (bytes[start + 1] !== MAJOR_VERSION || bytes[start + 2]! > MAX_MINOR_VERSION) return false;
	const length = bytes.readUInt16BE(start + 3);
	return length > 0 && length <= MAX_RECORD_BYTES;
}
