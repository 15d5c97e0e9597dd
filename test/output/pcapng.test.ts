import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { START } from '../capture/pcap/files.ts';
import { ethernet, Flag, ipv6 } from '../capture/pcap/frames.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { run } from '../shell/program.ts';
import { capture, folder, packetsOf, rowsOf, SHOP, skip, tshark } from './packets.ts';

const FACTS =
	'select ts, end_time, client_ip, client_port, server_ip, server_port, method, path, status, req_size, resp_size, req.body, resp.body';
const facts = (condition: string): string =>
	`watch http where ${condition} | ${FACTS.replace('req.body, resp.body', 'question = req.body, answer = resp.body')}`;

const start = (): Talk => new Talk({ step: 50_000_000n }).handshake();

describe('to pcapng', () => {
	test('read again it gives the same exchanges', () => {
		const path = packetsOf('watch http where side == "server"', SHOP);
		assert.deepEqual(rowsOf(path, facts('answered')), rowsOf(SHOP, facts('side == "server" and answered')));
		assert.equal(statSync(path).mode & 0o777, 0o600);
	});

	test('of an exchange that was seen at both ends there is one', () => {
		const both = packetsOf('watch http', SHOP);
		assert.equal(rowsOf(both, 'watch http').length, rowsOf(SHOP, 'watch http where side == "server"').length);
	});

	test('only what matches is in it', () => {
		const path = packetsOf('watch http where side == "server" and status >= 500', SHOP);
		assert.deepEqual(
			rowsOf(path, 'watch http | select status, path'),
			rowsOf(SHOP, 'watch http where side == "server" and status >= 500 | select status, path'),
		);
	});

	test('IPv6, bodies of many packets, chunks, a body that was not captured whole', () => {
		const big = 'b'.repeat(100_000);
		const wrap = (segment: Buffer, fromClient: boolean): Buffer =>
			ethernet(ipv6({ source: fromClient ? 1 : 2, destination: fromClient ? 2 : 1 }, segment));
		const talk = new Talk({ wrap }).handshake().send('client', REQUEST);
		const answer = Buffer.from(response(big));
		for (let at = 0; at < answer.length; at += 1400) talk.send('server', answer.subarray(at, at + 1400));
		talk
			.send('client', REQUEST)
			.send('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n');
		talk
			.send('client', REQUEST)
			.send('server', 'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n')
			.skip('server', 5000)
			.send('client');
		const from = capture(talk.packets);
		const query = 'watch http | select client_ip, status, length = resp_size > 5000, body = resp.body';
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, query), rowsOf(from, query));
		const sizes = 'watch http where resp_size > 4000 | select req_size, resp_size';
		assert.deepEqual(rowsOf(path, sizes), rowsOf(from, sizes), 'what was not captured has its place');
	});

	test('of a log, and with ports that are used again', () => {
		const log = join(folder, 'shop.ndjson');
		writeFileSync(
			log,
			run(['-e', 'watch http where side == "server"', '--from', SHOP, '--format', 'json'], { maxBuffer: 8 << 20 })
				.stdout,
		);
		const query = 'watch http where answered | select path, status, question = req.body, answer = resp.body';
		assert.deepEqual(rowsOf(packetsOf('watch http', log), query), rowsOf(log, query));
		const reused = [0n, 1_000_000_000n].flatMap(
			(later) =>
				new Talk({ start: 1_767_225_600_000_000_000n + later, clientIsn: 1000 + Number(later), serverIsn: 7 })
					.handshake()
					.send('client', REQUEST)
					.send('server', response('x'))
					.close().packets,
		);
		assert.equal(rowsOf(packetsOf('watch http', capture(reused)), 'watch http').length, 2);
	});

	test('a reset, and an answer that was cut short, end their connections', () => {
		const lost = new Talk({ clientPort: 41_000 }).handshake().send('client', `${REQUEST}${REQUEST}`);
		lost.send('server', '', { flags: Flag.rst | Flag.ack });
		const half = new Talk({ clientPort: 42_000 }).handshake().send('client', REQUEST);
		half.send('server', response('hello').slice(0, -3)).close();
		const whole = new Talk({ clientPort: 43_000, start: START + 1_000_000_000n }).handshake();
		whole.send('client', REQUEST).send('server', response('hello'));
		const from = capture([...lost.packets, ...half.packets, ...whole.packets]);
		const ends = 'watch http | select client_port, outcome, latency';
		assert.equal(rowsOf(from, 'watch http where outcome == "reset"').length, 2);
		assert.deepEqual(rowsOf(packetsOf('watch http', from), ends), rowsOf(from, ends));
	});

	test('an answer that lasts to the end of its connection ends it', () => {
		const talk = new Talk().handshake().send('client', REQUEST);
		talk.send('server', 'HTTP/1.0 200 OK\r\n\r\nhello').close();
		const from = capture(talk.packets);
		const ends = 'watch http | select status, outcome, latency, body = resp.body';
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, ends), rowsOf(from, ends));
		const log = join(folder, 'close.ndjson');
		writeFileSync(log, run(['-e', 'watch http', '--from', from, '--format', 'json']).stdout);
		assert.match(rowsOf(packetsOf('watch http', log), 'watch http | select status, outcome')[0]!, /"outcome":"ok"/);
	});

	const POST = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345';
	const SLOW: readonly (readonly [string, Talk])[] = [
		['messages in several parts', start().send('client', POST).send('client', '67890').send('server', response('hello').slice(0, 9)).send('server', response('hello').slice(9))], // biome-ignore format: one
		['an answer before the end of its request', start().send('client', POST).send('server', response('no')).send('client', '67890')], // biome-ignore format: one
	];
	for (const [name, talk] of SLOW)
		test(`${name}: all their times are kept`, () => {
			const from = capture(talk.packets);
			const times = 'watch http | select ts, end_time, outcome, latency, ttfb, req_size, resp_size, body = req.body';
			assert.deepEqual(rowsOf(packetsOf('watch http', from), times), rowsOf(from, times));
		});

	test('rows that are no exchanges, and a terminal or none, are told apart', () => {
		const end = run(['-e', 'watch http | select path | to pcapng "x"', '--from', SHOP]);
		assert.equal(end.status, 2);
		assert.match(end.stderr, /packets are made of whole exchanges/);
		const piped = run(['-e', 'watch http where side == "server" | head 1 | to pcapng', '--from', SHOP]);
		assert.equal(piped.status, 0, piped.stderr);
		assert.ok(piped.stdout.length > 200);
	});

	test('tshark opens it', { skip }, () => {
		const path = packetsOf('watch http where side == "server" and answered', SHOP);
		const wrong = 'tcp.analysis.flags or tcp.checksum.status == "Bad" or ip.checksum.status == "Bad" or _ws.malformed';
		const checked = tshark(path, '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', '-Y', wrong);
		assert.deepEqual(checked, ['']);
		const ours = rowsOf(SHOP, 'watch http where side == "server" and answered | select status');
		assert.deepEqual(
			tshark(path, '-Y', 'http.response', '-T', 'fields', '-e', 'http.response.code').sort(),
			ours.map((row) => String(JSON.parse(String(row)).status)),
		);
		const comments = tshark(path, '-Y', 'http.request', '-T', 'fields', '-e', 'frame.comment');
		assert.match(comments[0]!, /^seen at the server: shop, pid \d+$/);
		const bodies = tshark(path, '-Y', 'http.response and http.file_data', '-T', 'fields', '-e', 'http.file_data');
		assert.ok(bodies.length > 50);
	});
});
