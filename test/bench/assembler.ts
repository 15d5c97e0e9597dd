/**
 * What it costs to make exchanges out of capture events: µs of CPU per exchange, against a loop that does nothing but
 * find the events and the line ends of their payload.
 */
import { Data, EventType, Header } from '../../engine/capture/events.ts';
import { newCompleteness } from '../../engine/completeness.ts';
import { Assembler } from '../../engine/connection/assembler.ts';
import { CLIENT_POS, captureInfo, data, end, open, SERVER_POS } from '../support/events.ts';

const EXCHANGES = 100_000;
const CONNECTIONS = 64;
const ROUNDS = 5;

const request = (i: number): string =>
	`GET /api/items/${i} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\nX-Request-Id: ${i}\r\n\r\n`;
const RESPONSE =
	'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: application/json\r\n' +
	'Content-Length: 27\r\nConnection: keep-alive\r\n\r\n{"id":17,"name":"umbrella"}';

const makeEvents = (): Buffer => {
	const positions = Array.from({ length: CONNECTIONS }, () => ({ in: SERVER_POS, out: CLIENT_POS }));
	const events: Buffer[] = positions.map((_, i) =>
		open({ cookie: i + 1, localPort: 10_000 + i, opened: 100, established: 200 }),
	);
	for (let i = 0; i < EXCHANGES; i++) {
		const cookie = (i % CONNECTIONS) + 1;
		const pos = positions[cookie - 1]!;
		const text = request(i);
		events.push(data({ time: i * 1000, cookie, direction: 'out', pos: pos.out, bytes: text }));
		events.push(data({ time: i * 1000 + 500, cookie, direction: 'in', pos: pos.in, bytes: RESPONSE }));
		pos.out += text.length;
		pos.in += RESPONSE.length;
	}
	return Buffer.concat([...events, end(EXCHANGES * 1000)]);
};

/** Whole records, about as many bytes as a drain of the ring gives. */
const slices = (bytes: Buffer): Buffer[] => {
	const result: Buffer[] = [];
	for (let start = 0, at = 0; start < bytes.length; start = at) {
		while (at < bytes.length && at - start < 256 << 10) at += bytes.readUInt32LE(at);
		result.push(bytes.subarray(start, at));
	}
	return result;
};

const cpuMicroseconds = (run: () => void): number => {
	const before = process.cpuUsage();
	run();
	const { user, system } = process.cpuUsage(before);
	return user + system;
};

const assembleAll = (feeds: readonly Buffer[]): number => {
	let rows = 0;
	const assembler = new Assembler({
		info: captureInfo(),
		protocols: null,
		bodyBytes: 0,
		completeness: newCompleteness(),
		onRows: (batch) => {
			rows += batch.length;
		},
		onTime: () => {},
	});
	for (const feed of feeds) assembler.feed(feed, feed.length);
	return rows;
};

const findLines = (feeds: readonly Buffer[]): number => {
	let lines = 0;
	for (const feed of feeds) {
		for (let at = 0; at < feed.length; at += feed.readUInt32LE(at)) {
			if (feed[at + Header.type] !== EventType.data) continue;
			const end = at + Data.bytes + feed.readUInt32LE(at + Data.captured);
			for (let i = at + Data.bytes; i < end; i++) if (feed[i] === 10) lines++;
		}
	}
	return lines;
};

const feeds = slices(makeEvents());
for (let round = 1; round <= ROUNDS; round++) {
	let rows = 0;
	const floor = cpuMicroseconds(() => findLines(feeds)) / EXCHANGES;
	const cost = cpuMicroseconds(() => {
		rows = assembleAll(feeds);
	});
	const each = cost / rows;
	console.log(
		`round ${round}: ${rows} exchanges, ${each.toFixed(2)} µs each; floor ${floor.toFixed(2)} µs; ratio ${(each / floor).toFixed(1)}`,
	);
}
