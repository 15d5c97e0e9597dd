import { bodyText } from '../exchange/body-text.ts';
import type { Message } from '../exchange/exchange.ts';

type Content = Readonly<Record<string, string | null>>;

/** Whether the bytes are text in the character set that the message declares, else in UTF-8. */
const isText = (message: Message, body: Uint8Array): boolean => {
	try {
		new TextDecoder(message.charset?.() ?? 'utf-8', { fatal: true }).decode(body);
		return true;
	} catch {
		return false;
	}
};

/** What a reader has to know of the text. */
const comment = ({ truncated }: Message, ...known: readonly string[]): Content => {
	const words = truncated ? [...known, 'not all of it was captured'] : known;
	return words.length === 0 ? {} : { comment: words.join('; ') };
};

/** `content` of HAR: what is no text comes in base64. */
export const contentOf = (message: Message, body: Uint8Array): Content =>
	isText(message, body)
		? { text: bodyText(message), ...comment(message) }
		: { text: Buffer.from(body).toString('base64'), encoding: 'base64', ...comment(message) };

/** `postData` of HAR, which knows no encoding: no byte is lost all the same. */
export const postDataOf = (message: Message, body: Uint8Array): Content =>
	isText(message, body)
		? { text: bodyText(message), ...comment(message) }
		: { text: Buffer.from(body).toString('latin1'), ...comment(message, 'no text: a character for each byte') };
