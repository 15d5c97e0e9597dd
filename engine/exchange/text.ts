const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Captured bytes as text: UTF-8 where they are, else ISO 8859-1, which has a character for every byte. */
export const textOf = (bytes: Uint8Array): string => {
	try {
		return utf8.decode(bytes);
	} catch {
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
	}
};

/** Bytes that a character takes which begins with this byte in UTF-8; 0: none does. */
const bytesFrom = (first: number): number => (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0);

/** Where the last character of bytes in UTF-8 begins that is cut off; their end where none is. */
const wholeEnd = (bytes: Uint8Array): number => {
	for (let at = bytes.length - 1; at >= Math.max(0, bytes.length - 3); at--) {
		const length = bytesFrom(bytes[at]!);
		if (length > 0) return at + length > bytes.length ? at : bytes.length;
	}
	return bytes.length;
};

/** As `textOf`, of bytes that may have been cut off within a character: what comes before it tells whether they are UTF-8. */
export const textOfCut = (bytes: Uint8Array): string => {
	const end = wholeEnd(bytes);
	if (end === bytes.length) return textOf(bytes);
	const whole = bytes.subarray(0, end);
	const text = textOf(whole);
	const isUtf8 = text.length < whole.length;
	return isUtf8 ? `${text}\ufffd` : textOf(bytes);
};

const BEYOND_ASCII = /[\x80-\xff]/;

/** As `textOf`, of bytes that are kept as a string of one character a byte. */
export const textOfLatin1 = (bytes: string): string =>
	BEYOND_ASCII.test(bytes) ? textOf(Buffer.from(bytes, 'latin1')) : bytes;
