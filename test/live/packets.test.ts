import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CapturedPacket, pcap } from '../capture/pcap/files.ts';
import { run } from '../shell/program.ts';
import { freePort } from '../support/nginx.ts';
import { startOddServer, TEXT } from '../support/odd-server.ts';
import { capturePort, skip, tsharkFields } from '../support/tcpdump.ts';
import { CLIENT, SERVER, script } from '../support/websocket-ends.ts';

/* Captures of servers that answer in every way there is: read by us and by tshark, whole and with parts of them missing. */

const folder = mkdtempSync(join(tmpdir(), 'ciq-packets-'));
after(() => rmSync(folder, { recursive: true }));

type Row = Readonly<Record<string, string | number | boolean | null>>;

const rowsOf = (path: string, query: string): readonly Row[] => {
	const { stdout, stderr, status } = run(['-e', query, '--from', path, '--format', 'json'], { maxBuffer: 64 << 20 });
	assert.equal(status, 0, stderr);
	return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
};

/** Asks for a path on a kept connection; null where the connection fails. */
const asker = (port: number) => {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	return (path: string, body = ''): Promise<number | null> =>
		new Promise((resolve) => {
			const options = { port, host: '127.0.0.1', path, agent, method: body === '' ? 'GET' : 'POST' };
			const asked = request({ ...options, headers: { 'content-length': body.length } }, (response) => {
				response.resume().on('close', () => resolve(response.statusCode ?? null));
			});
			asked.on('error', () => resolve(null)).end(body);
		});
};

const PATHS = [
	...['gzip', 'deflate', 'br', 'zstd'].map((coding) => `/coded/${coding}`),
	...['/hints', '/not-modified', '/empty', '/events', '/trailers', '/reset', '/half'],
];

/** The packets of a little-endian file with stamps in ns. */
const packetsIn = (path: string): CapturedPacket[] => {
	const bytes = readFileSync(path);
	const packets: CapturedPacket[] = [];
	for (let at = 24; at < bytes.length; ) {
		const captured = bytes.readUInt32LE(at + 8);
		const time = BigInt(bytes.readUInt32LE(at)) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 4));
		packets.push({ time, bytes: bytes.subarray(at + 16, at + 16 + captured) });
		at += 16 + captured;
	}
	return packets;
};

describe('captures of odd answers', { skip }, () => {
	const path = join(folder, 'odd.pcap');
	let port = 0;
	before(async () => {
		const server = await startOddServer();
		port = server.port;
		try {
			await capturePort(port, path, async () => {
				const ask = asker(port);
				for (const one of PATHS) await ask(one);
				for (const size of [1, 1000, 200_000]) await ask('/post', 'x'.repeat(size));
			});
		} finally {
			server.stop();
		}
	});

	test('what they say is what was sent', () => {
		const rows = rowsOf(path, 'watch http | select path, status, outcome, body = resp.body, size = len(resp.body)');
		assert.deepEqual(
			rows.map((row) => [row.path, row.status, row.outcome, row.size]),
			[
				...PATHS.slice(0, 4).map((one) => [one, 200, 'ok', TEXT.length]),
				['/hints', 200, 'ok', 1],
				['/not-modified', 304, 'ok', null],
				['/empty', 204, 'ok', null],
				['/events', 200, 'ok', 45],
				['/trailers', 200, 'ok', 100_000],
				['/reset', null, 'reset', null],
				['/half', 200, 'closed', 4],
				...[1, 1000, 200_000].map((size) => ['/post', 200, 'ok', `thanks for ${size}`.length]),
			],
		);
		assert.equal(rows[0]?.body, TEXT);
	});

	test('tshark sees the same answers', () => {
		const theirs = tsharkFields(path, port, 'http.response.code >= 200', 'http.response.code');
		// The answer that is cut short has no end, and so tshark does not show it.
		const ours = rowsOf(path, 'watch http where answered | select status');
		assert.deepEqual(theirs.flat(), ours.map(({ status }) => String(status))); // biome-ignore format: one
	});

	test('as packets again they are the same', () => {
		const again = join(folder, 'again.pcapng');
		const columns = 'ts, path, status, outcome, latency, question = req.body, answer = resp.body';
		rowsOf(path, `watch http | to pcapng "${again}"`);
		assert.deepEqual(rowsOf(again, `watch http | select ${columns}`), rowsOf(path, `watch http | select ${columns}`));
		assert.deepEqual(tsharkFields(again, port, '_ws.malformed or tcp.analysis.flags', 'frame.number'), []);
	});

	/** An exchange by what cannot be mistaken: when it began. */
	const FACTS = 'watch http | select ts, client_port, path, status, outcome, req_size, resp_size, truncated';
	const mangled: Readonly<Record<string, (packets: CapturedPacket[]) => CapturedPacket[]>> = {
		'cut to 96 bytes': (packets) =>
			packets.map((packet) => ({ ...packet, captured: Math.min(96, packet.bytes.length) })),
		'cut to 200 bytes': (packets) =>
			packets.map((packet) => ({ ...packet, captured: Math.min(200, packet.bytes.length) })),
		'begun in the middle': (packets) => packets.slice(packets.length / 3),
		...Object.fromEntries(
			[0, 3, 7].map((n) => [
				`without every tenth packet, from the ${n + 1}th on`,
				(packets: CapturedPacket[]) => packets.filter((_, i) => i % 10 !== n),
			]),
		),
	};
	for (const [name, mangle] of Object.entries(mangled))
		test(`${name}: less, but nothing that is wrong`, () => {
			const file = join(folder, 'mangled.pcap');
			writeFileSync(file, pcap(mangle(packetsIn(path)), { unit: 1 }));
			const whole = new Map(rowsOf(path, FACTS).map((row) => [`${row.ts} ${row.client_port}`, row]));
			const rows = rowsOf(file, FACTS);
			assert.ok(rows.length > 0);
			for (const row of rows) {
				const right = whole.get(`${row.ts} ${row.client_port}`);
				assert.equal(row.path, right?.path);
				if (row.status !== null) assert.equal(row.status, right?.status, `${row.path}`);
				if (row.truncated || row.outcome !== right?.outcome) continue;
				assert.deepEqual([row.req_size, row.resp_size], [right?.req_size, right?.resp_size], `${row.path}`);
			}
		});
});

test('a conversation of WebSocket: tshark sees the same messages', { skip }, async () => {
	const port = await freePort();
	const path = join(folder, 'websocket.pcap');
	const server = script(SERVER, port);
	try {
		await server.saw(/up/);
		await capturePort(port, path, () => script(CLIENT, port).finished);
	} finally {
		server.child.kill();
		await server.finished;
	}
	const ours = rowsOf(path, 'watch websocket | select direction, opcode, frames, compressed, code');
	const theirs = tsharkFields(path, port, 'websocket', 'tcp.dstport', 'websocket.opcode', 'websocket.fin');
	const NAMES: Readonly<Record<string, string>> = { 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };
	// Of a message in fragments the first one has the opcode; several may stand in one segment.
	const opcodes = theirs.flatMap(([to, codes = '']) =>
		codes
			.split(',')
			.flatMap((code) =>
				NAMES[code] === undefined ? [] : [`${to === String(port) ? 'to_server' : 'to_client'} ${NAMES[code]}`],
			),
	);
	assert.deepEqual(ours.map(({ direction, opcode }) => `${direction} ${opcode}`).sort(), opcodes.sort()); // biome-ignore format: one
	assert.deepEqual(ours.filter(({ frames }) => frames === 3).length, 1);
});
