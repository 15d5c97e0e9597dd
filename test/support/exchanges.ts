import type { Endpoint, Outcome, Process } from '../../engine/exchange/exchange.ts';
import { HttpExchange } from '../../engine/protocols/http/exchange.ts';
import { parseHead } from '../../engine/protocols/http/head.ts';
import { HttpMessage } from '../../engine/protocols/http/message.ts';

export const MS = 1e6;
export const SECOND = 1e9;

/** What a test says of an exchange; everything else is ordinary. */
export interface Told {
	readonly method?: string;
	readonly target?: string;
	readonly headers?: string;
	/** Null: no answer came. */
	readonly status?: number | null;
	readonly outcome?: Outcome;
	/** When the request began, and how long it took until the outcome was known; ns. */
	readonly at?: number;
	readonly latency?: number;
	/** When the outcome became known, where that is later than the answer. */
	readonly endAt?: number;
	readonly requestSize?: number;
	readonly responseSize?: number;
	readonly body?: string;
	readonly pid?: number | null;
	readonly comm?: string | null;
	/** At the other end. */
	readonly peerOwner?: Process;
	readonly endpoint?: Partial<Endpoint>;
}

const message = (text: string, time: number, size: number, body: string | null): HttpMessage => {
	const head = parseHead(text);
	if (head === null) throw new Error(`no head of HTTP: ${text}`);
	const made = new HttpMessage(0, head, time, time);
	made.size = size;
	made.wireBody = body === null ? null : Buffer.from(body);
	return made;
};

/** An exchange as the HTTP parser gives it. */
export const exchange = (told: Told = {}): HttpExchange => {
	const { at = 0, latency = 5 * MS, method = 'GET', target = '/api/items', status = 200, pid = 42 } = told;
	const endpoint: Endpoint = {
		conn: 'c1',
		side: 'server',
		localIp: '127.0.0.1',
		localPort: 8080,
		remoteIp: '127.0.0.2',
		remotePort: 40_000,
		netns: 1,
		connectTime: null,
		...told.endpoint,
	};
	const { comm = 'nginx', headers = '' } = told;
	const owner = pid === null ? null : { pid, started: 1n, comm, exe: '/usr/sbin/nginx' };
	const request = message(
		`${method} ${target} HTTP/1.1\r\nHost: shop\r\n${headers}\r\n`,
		at,
		told.requestSize ?? 100,
		null,
	);
	const made = new HttpExchange(endpoint, owner, request);
	if (status !== null)
		made.response = message(
			`HTTP/1.1 ${status} OK\r\n\r\n`,
			at + latency,
			told.responseSize ?? 1000,
			told.body ?? null,
		);
	made.outcome = told.outcome ?? (status === null ? 'waiting' : status >= 500 ? 'error' : 'ok');
	made.endTime = told.endAt ?? at + latency;
	made.peerOwner = told.peerOwner ?? null;
	return made;
};
