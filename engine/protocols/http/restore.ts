import type { WirePart } from '../../exchange/exchange.ts';
import { bytesOf } from '../../exchange/logged/json-text.ts';
import type { LogLine } from '../../exchange/logged/log-line.ts';
import type { LoggedExchange } from '../../exchange/logged/logged-exchange.ts';
import { At } from '../../exchange/logged/members.ts';
import { bytesOfText } from '../../exchange/logged/wire-text.ts';
import { textOf } from '../../exchange/text.ts';
import type { StatusOf } from '../protocol.ts';
import { HttpExchange } from './exchange.ts';
import { type Head, parseHead, parseStart } from './head.ts';
import { HttpMessage } from './message.ts';
import { parseStartLine } from './parse-start-line.ts';

const NOTHING = new Uint8Array();

/** Character sets whose texts `bytesOfText` can turn back into what they were. */
const PLAIN_CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'iso-8859-1', 'latin1']);

/** Outcomes of an exchange whose answer, if there is any, has no end. */
const UNFINISHED: ReadonlySet<string> = new Set(['reset', 'closed', 'timeout', 'waiting', 'unknown']);

/** A message that a log tells as text: its content has no codings any more, and is UTF-8 whatever it was. */
class TextMessage extends HttpMessage {
	readonly #line: LogLine;

	constructor(line: LogLine, head: Head, time: number) {
		super(0, head, time, time);
		this.#line = line;
	}

	override get body(): Uint8Array | null {
		return this.wireBody;
	}

	override charset(): string | null {
		return null;
	}

	/** A body whose text does not tell what it was on the wire is missing. */
	override wire(): readonly WirePart[] {
		const body = this.wireBody ?? NOTHING;
		// What an older log does not tell the size of is as it stands there.
		const isKnown = this.size === 0 || body.length === 0;
		return this.framed(isKnown ? body : this.#onWire(body), !UNFINISHED.has(this.#line.text(At.outcome) ?? ''));
	}

	/** Null where nobody can say. */
	#onWire(body: Uint8Array): Uint8Array | null {
		const { codings, size, head } = this;
		const charset = super.charset()?.toLowerCase() ?? 'utf-8';
		if (codings !== '' || !PLAIN_CHARSETS.has(charset)) return null;
		const room = size - head.length;
		const text = textOf(body);
		if (this.start.transferCoding !== 'chunked') {
			const bytes = bytesOfText(text, room);
			return this.truncated || bytes?.length === room ? bytes : null;
		}
		// Of chunks only the sum is known, which does not tell the character set.
		return text.length === body.length && text.length < room ? body : null;
	}
}

/** Behind the blank line that ends the head (RFC 9112, 2.1), or the end of a text that has none. */
const headEnd = (text: string): number => {
	const end = text.indexOf('\r\n\r\n');
	if (end !== -1) return end + 4;
	const bare = text.indexOf('\n\n');
	return bare === -1 ? text.length : bare + 2;
};

type Name = 'request' | 'response';

const messageOf = (line: LogLine, name: Name, time: number): TextMessage | null => {
	const text = line.text(At[name]) ?? '';
	const bodyAt = headEnd(text);
	const head = parseHead(bytesOf(text.slice(0, bodyAt)));
	if (head === null) return null;
	const message = new TextMessage(line, head, time);
	message.size = line.optional(name === 'request' ? At.req_size_bytes : At.resp_size_bytes) ?? 0;
	if (bodyAt < text.length) message.wireBody = Buffer.from(text.slice(bodyAt));
	return message;
};

const exchangeOf = (
	{ line, endpoint }: LoggedExchange,
	read: (line: LogLine, name: Name, time: number) => HttpMessage | null,
): HttpExchange | null => {
	const request = read(line, 'request', line.startTime);
	if (request === null) return null;
	const exchange = new HttpExchange(endpoint, null, request);
	const response = read(line, 'response', line.endTime);
	exchange.response = response;
	exchange.outcome = response === null ? 'unknown' : (response.start.status ?? 0) >= 500 ? 'error' : 'ok';
	exchange.endTime = line.endTime;
	return exchange;
};

/** An HTTP exchange of the texts of its messages; null when the request is none of HTTP/1. */
export const restoreExchange = (logged: LoggedExchange): HttpExchange | null => exchangeOf(logged, messageOf);

const OF_REQUEST: readonly Name[] = ['request'];
const OF_BOTH: readonly Name[] = ['request', 'response'];

/** Fields that the start lines tell: most queries look at no more. An answer counts only behind a request of HTTP/1. */
export const START_FIELDS: ReadonlyMap<string, readonly Name[]> = new Map([
	['method', OF_REQUEST],
	['path', OF_REQUEST],
	['route', OF_REQUEST],
	['query_params', OF_REQUEST],
	['version', OF_REQUEST],
	['status', OF_BOTH],
	['reason', OF_BOTH],
]);

const startOf = (line: LogLine, name: Name, time: number): HttpMessage | null => {
	const text = line.firstLine(At[name]);
	const head = text === null ? null : parseStart(text, !line.endsFirstLine(At[name]));
	return head && new HttpMessage(0, head, time, time);
};

export const startStatusOf: StatusOf = (bytes, view, start, end) => parseStartLine(bytes, view, start, end)?.status;

const statusIn = (line: LogLine, name: Name): number | null | undefined => {
	const known = line.startStatus(At[name]);
	return known === null
		? parseStart(line.firstLine(At[name]) ?? '', !line.endsFirstLine(At[name]))?.status
		: known.value;
};

/** The status that the start lines tell: to count errors no more is made of a line. */
export const startStatus = (line: LogLine): number | null =>
	statusIn(line, 'request') === undefined ? null : (statusIn(line, 'response') ?? null);

/** As `restoreExchange`, of start lines alone. */
export const restoreStart = (logged: LoggedExchange): HttpExchange | null => exchangeOf(logged, startOf);
