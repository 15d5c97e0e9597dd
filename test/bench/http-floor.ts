/*
 * The floor: what a program written by hand for exactly these four questions needs on a packet capture. It takes the
 * shortcuts that a real tool may not: Ethernet and IPv4 only, no segment is missing or cut, heads come whole in one segment,
 * no pipelining, bodies by Content-Length, no handshake is looked at.
 *
 *     node http-floor.ts FILE q1|q2|q3|q4
 */
import { closeSync, openSync, readSync } from 'node:fs';

const [file = '', question = ''] = process.argv.slice(2);
const buffer = Buffer.alloc(1 << 20);
const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);

interface Direction {
	/** Sequence number of the next byte; -1 before the first. */
	next: number;
	/** Segments that came too early. */
	early: { seq: number; bytes: Buffer }[];
	/** Bytes of the message that are still to come. */
	left: number;
}

interface Flow {
	clientIp: number;
	serverIp: number;
	/** Of the same ports, between other addresses. */
	other: Flow | undefined;
	request: Direction;
	response: Direction;
	started: number;
	path: string;
	status: number;
	size: number;
}

const flows = new Map<number, Flow>();
const direction = (): Direction => ({ next: -1, early: [], left: 0 });

const flowOf = (clientIp: number, serverIp: number, ports: number): Flow => {
	const first = flows.get(ports);
	for (let flow = first; flow !== undefined; flow = flow.other) {
		if (flow.clientIp === clientIp && flow.serverIp === serverIp) return flow;
	}
	const flow: Flow = {
		clientIp,
		serverIp,
		other: first,
		request: direction(),
		response: direction(),
		started: 0,
		path: '',
		status: 0,
		size: 0,
	};
	flows.set(ports, flow);
	return flow;
};

const contentLength = (head: string): number => {
	const at = head.indexOf('Content-Length: ');
	return at === -1 ? 0 : Number.parseInt(head.slice(at + 16, at + 26), 10);
};

/** No head is longer. */
const HEAD_BYTES = 512;
const headOf = (bytes: Buffer, start: number): string => {
	const text = bytes.toString('latin1', start, start + HEAD_BYTES);
	return text.slice(0, text.indexOf('\r\n\r\n') + 4);
};

const request = (flow: Flow, bytes: Buffer, start: number, length: number, time: number): void => {
	const { request } = flow;
	if (request.left === 0) {
		const head = headOf(bytes, start);
		const from = head.indexOf(' ') + 1;
		const to = head.indexOf(' ', from);
		const mark = head.indexOf('?', from);
		flow.path = head.slice(from, mark !== -1 && mark < to ? mark : to);
		flow.started = time;
		request.left = head.length + contentLength(head);
	}
	request.left -= length;
};

const response = (flow: Flow, bytes: Buffer, start: number, length: number, time: number): void => {
	const { response } = flow;
	if (response.left === 0) {
		const head = headOf(bytes, start);
		flow.status = Number(head.slice(9, 12));
		flow.size = head.length + contentLength(head);
		response.left = flow.size;
	}
	response.left -= length;
	if (response.left === 0) exchange(flow, time);
};

/** Puts segments into order, and drops what was sent before. */
const segment = (
	flow: Flow,
	isRequest: boolean,
	bytes: Buffer,
	start: number,
	length: number,
	seq: number,
	time: number,
): void => {
	const own = isRequest ? flow.request : flow.response;
	if (own.next === -1) own.next = seq;
	const ahead = (seq - own.next) | 0;
	if (ahead > 0) own.early.push({ seq, bytes: Buffer.from(bytes.subarray(start, start + length)) });
	if (ahead !== 0) return;
	own.next = (seq + length) >>> 0;
	if (isRequest) request(flow, bytes, start, length, time);
	else response(flow, bytes, start, length, time);
	if (own.early.length === 0) return;
	const at = own.early.findIndex((held) => held.seq === own.next);
	if (at === -1) return;
	const [held] = own.early.splice(at, 1);
	if (held !== undefined) segment(flow, isRequest, held.bytes, 0, held.bytes.length, held.seq, time);
};

/** One packet of the file, from its Ethernet header at `at` on; `time` in µs since the epoch. */
const packet = (at: number, time: number): void => {
	const ip = at + 14;
	const tcp = ip + (view.getUint8(ip) & 15) * 4;
	const start = tcp + (view.getUint8(tcp + 12) >> 4) * 4;
	const length = ip + view.getUint16(ip + 2) - start;
	if (length === 0) return;
	const sourcePort = view.getUint16(tcp);
	const destinationPort = view.getUint16(tcp + 2);
	const source = view.getInt32(ip + 12);
	const destination = view.getInt32(ip + 16);
	const seq = view.getUint32(tcp + 4);
	if (destinationPort === 80) {
		segment(flowOf(source, destination, sourcePort), true, buffer, start, length, seq, time);
	} else segment(flowOf(destination, source, destinationPort), false, buffer, start, length, seq, time);
};

const address = (ip: number): string => [ip >>> 24, (ip >> 16) & 255, (ip >> 8) & 255, ip & 255].join('.');
const lines: string[] = [];
const byServer = new Map<number, { latencies: number[]; bytes: number }>();
const biggest: { size: number; path: string }[] = [];
const windows = new Map<number, { count: number; errors: number }>();

/** What to do with an exchange whose answer ended at `time`. */
const answers: Readonly<Record<string, (flow: Flow, time: number) => void>> = {
	q1: ({ path, started }, time) => {
		if (time - started <= 20_000 || !path.includes('/api/')) return;
		const latency = (time - started) / 1000;
		lines.push(JSON.stringify({ ts: new Date(started / 1000).toISOString(), path, latency }));
	},
	q2: ({ serverIp, started, size }, time) => {
		const server = byServer.get(serverIp) ?? { latencies: [], bytes: 0 };
		if (server.bytes === 0) byServer.set(serverIp, server);
		server.latencies.push(time - started);
		server.bytes += size;
	},
	q3: ({ size, path }) => {
		if (biggest.length === 10 && size <= biggest[9]!.size) return;
		biggest.push({ size, path });
		biggest.sort((a, b) => b.size - a.size);
		biggest.length = Math.min(10, biggest.length);
	},
	q4: ({ status }, time) => {
		const start = time - (time % 5e6);
		const window = windows.get(start) ?? { count: 0, errors: 0 };
		if (window.count === 0) windows.set(start, window);
		window.count++;
		if (status >= 500) window.errors++;
	},
};
const exchange = answers[question]!;

const fd = openSync(file, 'r');
let filled = readSync(fd, buffer, 0, buffer.length, null);
let at = 24;
for (;;) {
	while (at + 16 <= filled) {
		const end = at + 16 + view.getUint32(at + 8, true);
		if (end > filled) break;
		packet(at + 16, view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true));
		at = end;
	}
	buffer.copyWithin(0, at, filled);
	filled -= at;
	at = 0;
	const more = readSync(fd, buffer, filled, buffer.length - filled, null);
	if (more === 0) break;
	filled += more;
}
closeSync(fd);

const quantile = (sorted: Float64Array, q: number): number => sorted[Math.ceil(q * sorted.length) - 1]! / 1000;
const servers = [...byServer].map(([ip, { latencies, bytes }]) => {
	const sorted = Float64Array.from(latencies).sort();
	return {
		remote_ip: address(ip),
		count: sorted.length,
		avg: latencies.reduce((sum, latency) => sum + latency, 0) / sorted.length / 1000,
		p50: quantile(sorted, 0.5),
		p90: quantile(sorted, 0.9),
		p99: quantile(sorted, 0.99),
		max: quantile(sorted, 1),
		bytes,
	};
});
servers.sort((a, b) => b.p99 - a.p99);
for (const server of servers.slice(0, 10)) lines.push(JSON.stringify(server));
for (const { size, path } of biggest) lines.push(JSON.stringify({ path, resp_size: size }));
for (const [start, { count, errors }] of windows) {
	lines.push(JSON.stringify({ window_start: new Date(start / 1000).toISOString(), count, error_rate: errors / count }));
}
console.log(lines.join('\n'));
