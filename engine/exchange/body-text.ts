import type { Message } from './exchange.ts';

const utf8 = new TextDecoder();

/** Bytes as text, leniently: in a character set by its name in the WHATWG Encoding Standard, else in UTF-8. */
export const decodeText = (bytes: Uint8Array, charset: string | null): string => {
	if (charset !== null) {
		try {
			return new TextDecoder(charset).decode(bytes);
		} catch {
			// A name that the standard does not know.
		}
	}
	return utf8.decode(bytes);
};

/** The body as text, in the character set that the message declares, else in UTF-8; null without a body. */
export const bodyText = (message: Message): string | null => {
	const { body } = message;
	return body === null ? null : decodeText(body, message.charset?.() ?? null);
};
