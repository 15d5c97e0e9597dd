const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Captured bytes as text: UTF-8 where they are, else ISO 8859-1, which has a character for every byte. */
export const textOf = (bytes: Uint8Array): string => {
	try {
		return utf8.decode(bytes);
	} catch {
		return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
	}
};

const BEYOND_ASCII = /[\x80-\xff]/;

/** As `textOf`, of bytes that are kept as a string of one character a byte. */
export const textOfLatin1 = (bytes: string): string =>
	BEYOND_ASCII.test(bytes) ? textOf(Buffer.from(bytes, 'latin1')) : bytes;
