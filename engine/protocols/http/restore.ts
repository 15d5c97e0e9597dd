import type { LogLine } from '../../exchange/logged/log-line.ts';
import type { LoggedExchange } from '../../exchange/logged/logged-exchange.ts';
import { HttpExchange } from './exchange.ts';
import { parseHead } from './head.ts';
import { HttpMessage } from './message.ts';

/** A message that a log tells as text: its content has no codings any more, and is UTF-8 whatever it was. */
class TextMessage extends HttpMessage {
	override get body(): Uint8Array | null {
		return this.wireBody;
	}

	override charset(): string | null {
		return null;
	}
}

/** Behind the blank line that ends the head (RFC 9112, 2.1), or the end of a text that has none. */
const headEnd = (text: string): number => {
	const end = text.indexOf('\r\n\r\n');
	if (end !== -1) return end + 4;
	const bare = text.indexOf('\n\n');
	return bare === -1 ? text.length : bare + 2;
};

const NOT_ASCII = /[\u0080-\uffff]/;

/** A text as its bytes in UTF-8, one character each, as heads are kept. */
const bytesOf = (text: string): string => (NOT_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text);

const messageOf = (line: LogLine, name: 'request' | 'response', time: number): TextMessage | null => {
	const text = line.text(name) ?? '';
	const bodyAt = headEnd(text);
	const head = parseHead(bytesOf(text.slice(0, bodyAt)));
	if (head === null) return null;
	const message = new TextMessage(0, head, time, time);
	message.size = line.optional(name === 'request' ? 'req_size_bytes' : 'resp_size_bytes') ?? 0;
	if (bodyAt < text.length) message.wireBody = Buffer.from(text.slice(bodyAt));
	return message;
};

/** An HTTP exchange of the texts of its messages; null when the request is none of HTTP/1. */
export const restoreExchange = ({ line, endpoint }: LoggedExchange): HttpExchange | null => {
	const request = messageOf(line, 'request', line.startTime);
	if (request === null) return null;
	const exchange = new HttpExchange(endpoint, null, request);
	const response = messageOf(line, 'response', line.endTime);
	exchange.response = response;
	exchange.outcome = response === null ? 'unknown' : (response.start.status ?? 0) >= 500 ? 'error' : 'ok';
	exchange.endTime = line.endTime;
	return exchange;
};
