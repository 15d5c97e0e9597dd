import { TextDecoder } from 'node:util';
import type { Message } from './exchange.ts';

const utf8 = new TextDecoder();

/** Reads bytes as text, leniently: in a character set by its name in the WHATWG Encoding Standard, else in UTF-8. */
export const decoderOf = (charset: string | null, options?: { readonly ignoreBOM: boolean }): TextDecoder => {
	try {
		return new TextDecoder(charset ?? 'utf-8', options);
	} catch {
		// A name that the standard does not know.
		return new TextDecoder('utf-8', options);
	}
};

/** Bytes as text in a character set, as `decoderOf` has it. */
export const decodeText = (bytes: Uint8Array, charset: string | null): string =>
	(charset === null ? utf8 : decoderOf(charset)).decode(bytes);

/** The body as text, in the character set that the message declares, else in UTF-8; null without a body. */
export const bodyText = (message: Message): string | null => {
	const { body } = message;
	return body === null ? null : decodeText(body, message.charset?.() ?? null);
};
