import { protocolField } from '../exchange/catalog.ts';
import type { Exchange, Message } from '../exchange/exchange.ts';
import type { Value } from '../exchange/field.ts';
import { textOfLatin1 } from '../exchange/text.ts';
import { type WallClock, wallClock } from '../exchange/wall-clock.ts';
import { NS_PER_MS } from '../nanoseconds.ts';
import { contentOf, postDataOf } from './har-body.ts';
import { absoluteUrl } from './har-url.ts';
import type { Json } from './json-value.ts';
import { printRows } from './parts.ts';
import { finalRows } from './rows.ts';
import { visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

type Pair = { readonly name: string; readonly value: string };

const field = (exchange: Exchange, name: string): Value => protocolField('http', name)?.get(exchange) ?? null;
const text = (exchange: Exchange, name: string): string => String(field(exchange, name) ?? '');

const header = (message: Message, name: string): string => {
	const value: Value = message.headers?.()[name] ?? '';
	return String(Array.isArray(value) ? value[0] : value);
};

/** Each field line of its own, as it was written: those of cookies cannot be joined (RFC 9110, 5.3). */
const headers = ({ head }: Message): Pair[] =>
	Array.from(Buffer.from(head).toString('latin1').matchAll(FIELD_LINE), ([, name = '', value = '']) => ({
		name,
		value: textOfLatin1(value.trim().replace(FOLD, ' ')),
	}));
/** With the lines that continue it (RFC 9112, 5.2). */
const FIELD_LINE = /^([^\s:]+):((?:[^\n]|\n[ \t])*)/gm;
const FOLD = /\r?\n[ \t]+/g;

/** All of them, where the fields of the language have the first of each name; without attributes (RFC 6265, 4.1.1, 4.2.1). */
const cookies = (fields: readonly Pair[], of: 'cookie' | 'set-cookie'): Pair[] =>
	fields
		.filter(({ name }) => name.toLowerCase() === of)
		.flatMap(({ value }) => value.split(';', of === 'cookie' ? undefined : 1))
		.map((pair) => {
			const equals = pair.indexOf('=');
			return { name: pair.slice(0, Math.max(equals, 0)).trim(), value: pair.slice(equals + 1).trim() };
		})
		.filter(({ name }) => name !== '');

/** A status line begins with it (RFC 9112, 4). */
const versionOf = ({ head }: Message): string => Buffer.from(head.subarray(0, 'HTTP/1.1'.length)).toString('latin1');

const queryPairs = (url: string): Pair[] => {
	const mark = url.indexOf('?');
	return mark === -1 ? [] : Array.from(new URLSearchParams(url.slice(mark)), ([name, value]) => ({ name, value }));
};

const bodySize = (message: Message): number => Math.max(0, message.size - message.head.length);

function request(exchange: Exchange): Json {
	const message = exchange.request;
	const fields = message === null ? [] : headers(message);
	const body = message?.body ?? null;
	const url = absoluteUrl(exchange);
	return {
		method: text(exchange, 'method'),
		url,
		httpVersion: `HTTP/${text(exchange, 'version')}`,
		cookies: cookies(fields, 'cookie'),
		headers: fields,
		queryString: queryPairs(url),
		headersSize: message?.head.length ?? -1,
		bodySize: message === null ? -1 : bodySize(message),
		...(message && body
			? { postData: { mimeType: header(message, 'content-type'), ...postDataOf(message, body) } }
			: {}),
	};
}

/** Without an answer the status is 0, as browsers write it. */
function response(exchange: Exchange): Json {
	const message = exchange.response;
	const fields = message === null ? [] : headers(message);
	const body = message?.body ?? null;
	return {
		status: message === null ? 0 : (exchange.status ?? 0),
		statusText: text(exchange, 'reason'),
		httpVersion: message === null ? '' : versionOf(message),
		cookies: cookies(fields, 'set-cookie'),
		headers: fields,
		content: {
			size: body?.length ?? 0,
			mimeType: message === null ? '' : header(message, 'content-type'),
			...(message && body ? contentOf(message, body) : {}),
		},
		redirectURL: message === null ? '' : header(message, 'location'),
		headersSize: message?.head.length ?? -1,
		bodySize: message === null ? -1 : bodySize(message),
		...(exchange.error ? { _error: exchange.error } : {}),
	};
}

/** What passed in ms. The time of an entry is their sum, also where an answer came before the end of its request. */
function timings({ request: asked, response: answer, startTime, endTime }: Exchange): {
	readonly [name: string]: number;
} {
	const sent = asked === null ? startTime : asked.lastTime;
	const first = answer?.firstTime ?? endTime;
	return {
		send: Math.max(0, sent - startTime) / NS_PER_MS,
		wait: Math.max(0, first - sent) / NS_PER_MS,
		receive: Math.max(0, endTime - first) / NS_PER_MS,
	};
}

function entry(exchange: Exchange, clock: WallClock): Json {
	const { endpoint, startTime } = exchange;
	const took = timings(exchange);
	const { side, localIp, remoteIp, conn } = endpoint;
	return {
		startedDateTime: clock.rfc3339(startTime),
		time: Object.values(took).reduce((sum, ms) => sum + ms, 0),
		request: request(exchange),
		response: response(exchange),
		cache: {},
		timings: took,
		serverIPAddress: side === 'server' ? localIp : remoteIp,
		connection: conn,
		_side: side,
	};
}

/** HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec): entries are written as they come, the end closes the document. */
export const harSink: MakeSink = ({ printer, info }) => {
	const clock = wallClock(info);
	let written = 0;
	return {
		take: (signal) =>
			printRows(
				printer,
				finalRows(signal),
				(row) => `${written++ === 0 ? HEADER : ',\n'}${visibleJson(JSON.stringify(entry(row as Exchange, clock)))}`,
			),
		end: () => printer.print(`${written === 0 ? HEADER : ''}\n]}}\n`),
	};
};

const HEADER = '{"log":{"version":"1.2","creator":{"name":"claudeinsight","version":"1"},"entries":[\n';
