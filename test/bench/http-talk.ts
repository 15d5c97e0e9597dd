/** One TCP segment of a conversation. */
export interface TalkSegment {
	/** µs since the start of the capture. */
	readonly time: number;
	readonly clientIp: number;
	readonly clientPort: number;
	readonly serverIp: number;
	readonly fromClient: boolean;
	readonly seq: number;
	readonly ack: number;
	readonly flags: number;
	readonly payload: Buffer;
}

export const Flag = { fin: 1, syn: 2, psh: 8, ack: 16 } as const;

/** Payload of a segment on the loopback interface of Linux: its MTU of 65,536 less the headers with the time stamp option. */
const SEGMENT_BYTES = 65_483;
/** Of one address, then the next one is taken. */
const FIRST_PORT = 10_000;
const PORTS = 50_000;
const FIRST_CLIENT = 0x0a000001;
const SERVERS = 24;
/** Of a lost segment: the least retransmission timeout of Linux (TCP_RTO_MIN), µs. */
const RETRANSMISSION_US = 200_000;
/** Every so many exchanges of a lane the end of an answer is lost, or its segments change places. */
const LOSS_EVERY = 401;
const REORDERING_EVERY = 97;

const NOTHING = Buffer.alloc(0);
const PATHS = ['/api/orders', '/api/items', '/api/users', '/api/search', '/assets/app', '/assets/img', '/', '/health'];

/** A sequence of pseudorandom numbers in [0, 1) that is the same each time (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
};

/** Log-normal around a median, as durations and sizes are (Box-Muller). */
const logNormal = (random: () => number, median: number, sigma: number): number =>
	median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

/** Text that bodies are cut from. */
const BODY_POOL = Buffer.from(
	Array.from(
		{ length: 40_000 },
		(_, i) => `{"id":${i},"name":"item ${i}","price":${(i * 37) % 9973},"stock":true},`,
	).join(''),
);
const bodyOf = (random: () => number, size: number): Buffer => {
	const start = Math.floor(random() * (BODY_POOL.length - size));
	return BODY_POOL.subarray(start, start + size);
};

const statusOf = (random: () => number): string => {
	const choice = random();
	if (choice < 0.93) return '200 OK';
	if (choice < 0.95) return '304 Not Modified';
	if (choice < 0.98) return '404 Not Found';
	return choice < 0.99 ? '500 Internal Server Error' : '503 Service Unavailable';
};

const requestOf = (random: () => number): Buffer => {
	const path = PATHS[Math.floor(random() * PATHS.length)]!;
	const target = path.length > 7 ? `${path}/${Math.floor(random() * 1e5)}?page=${Math.floor(random() * 9)}` : path;
	const body = random() < 0.15 ? bodyOf(random, Math.min(20_000, Math.floor(logNormal(random, 400, 1)))) : NOTHING;
	const head = `${body === NOTHING ? 'GET' : 'POST'} ${target} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\nAccept: application/json, text/plain, */*\r\nAccept-Encoding: identity\r\nTraceparent: 00-${Math.floor(
		random() * 2 ** 52,
	)
		.toString(16)
		.padStart(32, '0')}-00f067aa0ba902b7-01\r\n`;
	return Buffer.concat([
		Buffer.from(
			body === NOTHING
				? `${head}\r\n`
				: `${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
		),
		body,
	]);
};

/** Head and body of an answer. */
const responseOf = (random: () => number): readonly [Buffer, Buffer] => {
	const status = statusOf(random);
	const body = status.startsWith('304')
		? NOTHING
		: bodyOf(random, Math.min(1 << 20, Math.floor(logNormal(random, 1500, 1.5))));
	const length = status.startsWith('304') ? '' : `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
	const head = `HTTP/1.1 ${status}\r\nServer: nginx/1.22.1\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: keep-alive\r\nCache-Control: no-cache\r\n${length}\r\n`;
	return [Buffer.from(head), body];
};

/** What one write of an application becomes. */
const segmentsOf = (bytes: Buffer): Buffer[] => {
	const segments: Buffer[] = [];
	for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) segments.push(bytes.subarray(at, at + SEGMENT_BYTES));
	return segments;
};

/** The two ends of a connection: makes its segments. */
class Wire {
	readonly #clientIp: number;
	readonly #clientPort: number;
	readonly #serverIp: number;
	#sent: { client: number; server: number };

	/** `client` numbers the ends that are clients. */
	constructor(client: number, serverIp: number, random: () => number) {
		this.#clientIp = FIRST_CLIENT + Math.floor(client / PORTS);
		this.#clientPort = FIRST_PORT + (client % PORTS);
		this.#serverIp = serverIp;
		this.#sent = { client: Math.floor(random() * 2 ** 32), server: Math.floor(random() * 2 ** 32) };
	}

	/** The next bytes of one end. */
	send(time: number, from: 'client' | 'server', payload: Buffer, flags: number = Flag.ack): TalkSegment {
		const to = from === 'client' ? 'server' : 'client';
		const seq = this.#sent[from];
		this.#sent[from] = (seq + payload.length + ((flags & (Flag.syn | Flag.fin)) === 0 ? 0 : 1)) >>> 0;
		const isFirst = flags === Flag.syn;
		return {
			time,
			clientIp: this.#clientIp,
			clientPort: this.#clientPort,
			serverIp: this.#serverIp,
			fromClient: from === 'client',
			seq,
			ack: isFirst ? 0 : this.#sent[to],
			flags: payload.length > 0 ? flags | Flag.psh : flags,
			payload,
		};
	}
}

/**
 * The segments of an answer, a few µs apart; now and then the last one comes late once more, or two change places: never the
 * first ones of a connection, for the floor does not look at handshakes.
 */
function* answer(
	wire: Wire,
	time: number,
	number: number,
	isFirst: boolean,
	random: () => number,
): Generator<TalkSegment, number> {
	const [head, body] = responseOf(random);
	// A third of the servers write head and body apart.
	const parts = random() < 0.33 ? [head, ...segmentsOf(body)] : segmentsOf(Buffer.concat([head, body]));
	const segments = parts.map((part) => wire.send(time, 'server', part));
	const isReordered = number % REORDERING_EVERY === 5 && segments.length > 1 && !isFirst;
	if (isReordered) segments.push(...segments.splice(-2).reverse());
	let at = time;
	for (const segment of segments) {
		at += 15;
		yield { ...segment, time: at };
	}
	if (number % LOSS_EVERY === 7) {
		at += RETRANSMISSION_US;
		yield { ...segments.at(-1)!, time: at };
	}
	return at;
}

/** One client that talks for `exchanges` exchanges, over one connection after the other, so many on each. */
export function* talk(lane: number, exchanges: number, perConnection: number): Generator<TalkSegment> {
	const random = randomFrom(lane + 1);
	let time = Math.floor(random() * 20_000);
	let connection = 0;
	for (let left = exchanges; left > 0; connection++) {
		const server = Math.floor(random() * SERVERS);
		const wire = new Wire(connection * 64 + lane, 0x0a000100 + server, random);
		yield wire.send(time, 'client', NOTHING, Flag.syn);
		yield wire.send(time + 30, 'server', NOTHING, Flag.syn | Flag.ack);
		yield wire.send(time + 45, 'client', NOTHING);
		time += 60;
		for (let i = 0; i < perConnection && left > 0; i++, left--) {
			yield* segmentsOf(requestOf(random)).map((part) => wire.send(time, 'client', part));
			const latency = 100 + Math.floor(logNormal(random, 3000 + 200 * server, 1));
			if (random() < 0.5) yield wire.send(time + 40, 'server', NOTHING);
			time = yield* answer(wire, time + latency, left, i === 0, random);
			yield wire.send(time + 20, 'client', NOTHING);
			time += 100 + Math.floor(logNormal(random, 10_000, 0.7));
		}
		yield wire.send(time, 'client', NOTHING, Flag.fin | Flag.ack);
		yield wire.send(time + 30, 'server', NOTHING, Flag.fin | Flag.ack);
		yield wire.send(time + 45, 'client', NOTHING);
		time += 1000;
	}
}
