import { closeSync, openSync, writeSync } from 'node:fs';

/* Lines as kyanos writes them, of about 1.5 kB, of a web service whose traffic has answers to Q1 to Q4. */

const WORDS = ['users', 'items', 'cart', 'search', 'orders', 'stock', 'prices', 'login'];
const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Between exchanges, on average. */
const STEP_NS = 200_000;

/** Park and Miller's generator: the same lines every time. */
const randomFrom = (seed: number) => {
	let state = seed;
	return (): number => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
};

const rfc3339 = (ns: number): string => {
	const second = new Date(START_MS + Math.floor(ns / 1e9) * 1000).toISOString().slice(0, 19);
	return `${second}.${String(ns % 1e9).padStart(9, '0')}Z`;
};

/** Writes `count` lines; gives the bytes of the file. */
export function writeLines(path: string, count: number): number {
	const random = randomFrom(42);
	const file = openSync(path, 'w');
	let bytes = 0;
	let lines = '';
	const flush = (): void => {
		bytes += writeSync(file, lines);
		lines = '';
	};
	for (let n = 0; n < count; n++) {
		const start = n * STEP_NS + Math.floor(random() * STEP_NS);
		const duration = Math.floor(100_000 + 60e6 * random() ** 6);
		const path = `/${random() < 0.7 ? 'api' : 'static'}/${WORDS[Math.floor(random() * WORDS.length)]}/${n % 997}`;
		const status = random() < 0.01 ? '503 Service Unavailable' : '200 OK';
		const body = JSON.stringify({ id: n, name: 'x'.repeat(40 + Math.floor(random() * 120)), tags: ['a', 'b'] });
		const size = 150 + body.length + (random() < 0.001 ? Math.floor(random() * 1e6) : 0);
		const events = [{ start: start, size: 10 }].map((event) => ({
			timestamp: event.start,
			size: event.size,
			syscall: 'read',
		}));
		lines += `${JSON.stringify({
			start_time: rfc3339(start),
			end_time: rfc3339(start + duration),
			protocol: 'HTTP',
			side: 'server',
			local_addr: '10.0.0.1',
			local_port: 8080,
			remote_addr: `10.0.${Math.floor(random() * 4)}.${1 + Math.floor(random() * 60)}`,
			remote_port: 30_000 + (n % 30_000),
			pid: 1234,
			is_ssl: false,
			total_duration_ms: duration / 1e6,
			black_box_duration_ms: duration / 2e6,
			read_socket_duration_ms: duration / 4e6,
			copy_to_socket_buffer_duration_ms: duration / 8e6,
			req_size_bytes: 420,
			resp_size_bytes: size,
			req_plain_text_size_bytes: 420,
			resp_plain_text_size_bytes: size,
			request: `GET ${path}?page=${n % 10} HTTP/1.1\r\nHost: shop.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\nCookie: session=${n.toString(36).padStart(32, 'f')}\r\n\r\n`,
			response: `HTTP/1.1 ${status}\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\n\r\n${body}`,
			req_syscall_events: events,
			resp_syscall_events: events,
			req_nic_events: events,
			resp_nic_events: events,
		})}\n`;
		if (lines.length > 1 << 20) flush();
	}
	flush();
	closeSync(file);
	return bytes;
}
