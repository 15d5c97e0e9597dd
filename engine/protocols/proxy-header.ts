/** What version 1 of haproxy's PROXY protocol begins with, and version 2: what a proxy says of its client before anything else. */
const TEXT = Buffer.from('PROXY ');
const BINARY = Buffer.from('\r\n\r\n\0\r\nQUIT\n');

/** The longest line of version 1, with its end. */
const MAX_LINE_BYTES = 107;
/** Of version 2: the signature, version and command, family, and a length of two bytes. */
const HEADER_BYTES = 16;
/** For the rest of a longer one nobody waits: it would be looked at anew with every byte that comes. */
const MAX_WAITED_BYTES = 16 << 10;

const LF = 10;

/** Whether the bytes begin with a signature, as far as there are any. */
const hasSignature = (signature: Buffer, bytes: Buffer, start: number, end: number): boolean => {
	const length = Math.min(signature.length, end - start);
	return bytes.compare(signature, 0, length, start, start + length) === 0;
};

/** Bytes of the header of a proxy that `bytes[start, end)` begin with; 0: with none, `more`: its end may not have come. */
export const proxyHeader = (bytes: Buffer, start: number, end: number): number | 'more' => {
	if (hasSignature(TEXT, bytes, start, end)) {
		const lf = bytes.subarray(start, Math.min(end, start + MAX_LINE_BYTES)).indexOf(LF);
		if (lf !== -1) return lf + 1;
		return end - start < MAX_LINE_BYTES ? 'more' : 0;
	}
	if (!hasSignature(BINARY, bytes, start, end)) return 0;
	if (end - start < HEADER_BYTES) return 'more';
	const length = HEADER_BYTES + bytes.readUInt16BE(start + HEADER_BYTES - 2);
	if (length <= end - start) return length;
	return end - start < MAX_WAITED_BYTES ? 'more' : 0;
};
