const NOT_ASCII = /[\u0080-\uffff]/;

/** Bytes as they stand between the quotes of a JSON string, one character a byte, as their text; null: they are none. */
export const unescapeJson = (raw: string): string | null => {
	const text = NOT_ASCII.test(raw) ? Buffer.from(raw, 'latin1').toString('utf8') : raw;
	if (!text.includes('\\')) return text;
	try {
		const value: unknown = JSON.parse(`"${text}"`);
		return typeof value === 'string' ? value : null;
	} catch {
		return null;
	}
};

/** A text as its bytes in UTF-8, one character each. */
export const bytesOf = (text: string): string => (NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text);
