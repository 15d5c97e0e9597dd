import type { Message } from './exchange.ts';

const utf8 = new TextDecoder();

/** Reads bytes as text, leniently: in a character set by its name in the WHATWG Encoding Standard, else in UTF-8. */
export const decoderOf = (charset: string | null): ((bytes: Uint8Array) => string) => {
	if (charset !== null) {
		try {
			const decoder = new TextDecoder(charset);
			return (bytes) => decoder.decode(bytes);
		} catch {
			// A name that the standard does not know.
		}
	}
	return (bytes) => utf8.decode(bytes);
};

/** Bytes as text in a character set, as `decoderOf` has it. */
export const decodeText = (bytes: Uint8Array, charset: string | null): string =>
	charset === null ? utf8.decode(bytes) : decoderOf(charset)(bytes);

/** The body as text, in the character set that the message declares, else in UTF-8; null without a body. */
export const bodyText = (message: Message): string | null => {
	const { body } = message;
	return body === null ? null : decodeText(body, message.charset?.() ?? null);
};
