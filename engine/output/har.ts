import { bodyText } from '../exchange/body-text.ts';
import { protocolField } from '../exchange/catalog.ts';
import type { Exchange, Message } from '../exchange/exchange.ts';
import type { Value } from '../exchange/field.ts';
import { type WallClock, wallClock } from './clock.ts';
import type { Json } from './json-value.ts';
import { finalRows } from './rows.ts';
import { visibleJson } from './sanitize.ts';
import type { MakeSink } from './sink.ts';

const NS_PER_MS = 1e6;

type Pair = { readonly name: string; readonly value: string };

const field = (exchange: Exchange, name: string): Value => protocolField('http', name)?.get(exchange) ?? null;
const text = (exchange: Exchange, name: string): string => String(field(exchange, name) ?? '');

const pairs = (value: unknown): Pair[] =>
	value === null || typeof value !== 'object'
		? []
		: Object.entries(value).flatMap(([name, one]) =>
				(Array.isArray(one) ? one : [one]).map((item) => ({ name, value: String(item ?? '') })),
			);

const header = (message: Message, name: string): string => {
	const value: Value = message.headers?.()[name] ?? '';
	return String(Array.isArray(value) ? value[0] : value);
};

const bodySize = (message: Message): number => Math.max(0, message.size - message.head.length);

function request(exchange: Exchange): Json {
	const message = exchange.request;
	const body = message && bodyText(message);
	return {
		method: text(exchange, 'method'),
		url: text(exchange, 'url'),
		httpVersion: `HTTP/${text(exchange, 'version')}`,
		cookies: pairs(field(exchange, 'cookies')),
		headers: pairs(message?.headers?.()),
		queryString: pairs(field(exchange, 'query_params')),
		headersSize: message?.head.length ?? -1,
		bodySize: message === null ? -1 : bodySize(message),
		...(message && body ? { postData: { mimeType: header(message, 'content-type'), text: body } } : {}),
	};
}

/** Without an answer the status is 0, as browsers write it. */
function response(exchange: Exchange): Json {
	const message = exchange.response;
	const body = message && bodyText(message);
	return {
		status: message === null ? 0 : (exchange.status ?? 0),
		statusText: text(exchange, 'reason'),
		httpVersion: `HTTP/${text(exchange, 'version')}`,
		cookies: message === null ? [] : pairs(field(exchange, 'set_cookies')),
		headers: pairs(message?.headers?.()),
		content: {
			size: message?.body?.length ?? 0,
			mimeType: message === null ? '' : header(message, 'content-type'),
			...(body === null ? {} : { text: body }),
		},
		redirectURL: message === null ? '' : header(message, 'location'),
		headersSize: message?.head.length ?? -1,
		bodySize: message === null ? -1 : bodySize(message),
		...(exchange.error ? { _error: exchange.error } : {}),
	};
}

/** What passed in ms; -1 is "does not apply". */
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
	const { endpoint, startTime, endTime } = exchange;
	const { side, localIp, remoteIp, conn } = endpoint;
	return {
		startedDateTime: clock.rfc3339(startTime),
		time: (endTime - startTime) / NS_PER_MS,
		request: request(exchange),
		response: response(exchange),
		cache: {},
		timings: timings(exchange),
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
		take: (signal) => {
			let lines = '';
			for (const row of finalRows(signal)) {
				lines += `${written++ === 0 ? HEADER : ',\n'}${visibleJson(JSON.stringify(entry(row as Exchange, clock)))}`;
			}
			if (lines !== '') printer.print(lines);
		},
		end: () => printer.print(`${written === 0 ? HEADER : ''}\n]}}\n`),
	};
};

const HEADER = '{"log":{"version":"1.2","creator":{"name":"claudeinsight","version":"1"},"entries":[\n';
