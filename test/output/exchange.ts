import { newCompleteness } from '../../engine/completeness.ts';
import type { Endpoint, Exchange } from '../../engine/exchange/exchange.ts';
import { http } from '../../engine/protocols/http/module.ts';
import type { Direction } from '../../engine/protocols/protocol.ts';

/** 2026-01-02T03:04:05.000000001Z: a start whose nanoseconds can be told apart. */
export const INFO = { startWall: 1_767_323_045_000_000_001n };

const ENDPOINT: Endpoint = {
	conn: 'c1',
	side: 'server',
	localIp: '127.0.0.1',
	localPort: 8080,
	remoteIp: '127.0.0.2',
	remotePort: 40000,
	netns: 1,
	connectTime: null,
};

interface Spoken {
	readonly request: string | Uint8Array;
	/** Absent: no answer came. */
	readonly response?: string | Uint8Array;
	/** When the request came, ns since the start, and how long the answer took. */
	readonly at?: number;
	readonly took?: number;
	readonly endpoint?: Partial<Endpoint>;
}

/** An exchange as the parser makes it of the bytes of a request and its response. */
export function exchange({ request, response, at = 0, took = 1_500_000, endpoint }: Spoken): Exchange {
	const made: Exchange[] = [];
	const owner = { pid: 4242, started: 1n, comm: 'nginx', exe: '/usr/sbin/nginx' };
	const parser = http.open(
		{
			endpoint: { ...ENDPOINT, ...endpoint },
			bodyBytes: Number.POSITIVE_INFINITY,
			completeness: newCompleteness(),
			process: () => owner,
			emit: (one) => made.push(one),
		},
		'in',
		true,
	);
	const say = (direction: Direction, words: string | Uint8Array, time: number): void => {
		const bytes = Buffer.from(words as Uint8Array);
		parser.data(
			direction,
			{
				bytes,
				start: 0,
				end: bytes.length,
				lastEvent: 0,
				lastEventTime: time,
				pos: 7,
				firstTime: time,
				lastTime: time,
				tgid: 4242,
			},
			true,
		);
	};
	say('in', request, at);
	if (response !== undefined) say('out', response, at + took);
	parser.close('reset', at + took);
	return made[0];
}

export const GET = exchange({
	request: 'GET /api/items?page=2 HTTP/1.1\r\nHost: shop.example\r\n\r\n',
	response: 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}',
	at: 122_456_789,
	took: 301_234_567,
});
