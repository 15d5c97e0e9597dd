const NOT_LATIN1 = /[^\0-\xff]/;

/**
 * The bytes that a text of a log was made of, as far as `length` of them tells whether that was UTF-8 or ISO 8859-1 (see
 * `textOf`); fewer where the text is their beginning. Null where it tells nothing.
 */
export const bytesOfText = (text: string, length: number): Buffer | null => {
	const utf8 = Buffer.from(text);
	const isAscii = utf8.length === text.length;
	if (utf8.length === length || (isAscii && utf8.length < length)) return utf8;
	return text.length === length && !NOT_LATIN1.test(text) ? Buffer.from(text, 'latin1') : null;
};
