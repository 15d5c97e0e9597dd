import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type CapturedPacket, START } from '../capture/pcap/files.ts';
import { ends, ends6, ethernet, ipv4, ipv6, udp, type Wrap } from '../capture/pcap/frames.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { run } from '../shell/program.ts';
import { closeFrame, deflater, frame, handshake, MASK, Op } from '../support/websocket.ts';
import { capture, folder, packetsOf, rowsOf, SHOP, skip, tshark } from './packets.ts';

let logs = 0;
/** Whole exchanges of a capture as a log. */
const logOf = (from: string, query = 'watch'): string => {
	const path = join(folder, `${logs++}.ndjson`);
	writeFileSync(path, run(['-e', query, '--from', from, '--format', 'json']).stdout);
	return path;
};

const comments = (path: string): string[] => [
	...new Set(tshark(path, '-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.comment')),
];

const v4: Wrap = (bytes, up) => ethernet(ipv4({ ...ends(up), protocol: 17 }, bytes));
const v6: Wrap = (bytes, up) => ethernet(ipv6(ends6(up), bytes, 17));

/** A query of the DNS for one letter (RFC 1035, 4.1), and its answer. */
const query = (id: number, type: number): Buffer =>
	Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 120, 0, 0, type, 0, 1]);
const answer = (id: number, type: number): Buffer => {
	const bytes = query(id, type);
	bytes[2] = 0x81;
	return bytes;
};

const datagram = (ms: number, up: boolean, payload: Buffer | string, wrap: Wrap): CapturedPacket => ({
	time: START + BigInt(ms) * 1_000_000n,
	bytes: wrap(up ? udp(40_000, 53, payload) : udp(53, 40_000, payload), up),
});

/** Two questions at once, as resolvers ask for both kinds of addresses. */
const lookups = (wrap: Wrap): CapturedPacket[] => [
	datagram(0, true, query(1, 1), wrap),
	datagram(1, true, query(2, 28), wrap),
	datagram(5, false, answer(1, 1), wrap),
	datagram(8, false, answer(2, 28), wrap),
];

const DATAGRAMS = 'watch | select ts, end_time, transport, client_ip, server_port, req_size, resp_size, req.text';

describe('datagrams as packets', () => {
	for (const [name, wrap] of [['IPv4', v4] as const, ['IPv6', v6] as const]) {
		test(`read again they are the same: ${name}`, () => {
			const from = capture(lookups(wrap));
			const path = packetsOf('watch', from);
			assert.deepEqual(rowsOf(path, DATAGRAMS), rowsOf(from, DATAGRAMS));
			assert.equal(rowsOf(path, DATAGRAMS).length, 1);
		});

		test(`tshark sees each of them: ${name}`, { skip }, () => {
			const path = packetsOf('watch', capture(lookups(wrap)));
			const ids = tshark(path, '-Y', 'dns', '-T', 'fields', '-e', 'dns.id', '-e', 'dns.flags.response');
			assert.deepEqual(ids, ['0x0001\t0', '0x0002\t0', '0x0001\t1', '0x0002\t1']);
			const wrong = 'udp.checksum.status == "Bad" or ip.checksum.status == "Bad" or _ws.malformed';
			assert.deepEqual(tshark(path, '-o', 'udp.check_checksum:TRUE', '-Y', wrong), ['']);
		});
	}

	test('of which more was sent than is kept', { skip }, () => {
		const packets = [0, 1, 2].map((ms) => datagram(ms, true, 'x'.repeat(200), v4));
		const path = packetsOf('watch', capture([...packets, datagram(3, false, 'yes', v4)]));
		assert.deepEqual(tshark(path, '-T', 'fields', '-e', 'udp.length', '-e', 'frame.cap_len'), [
			'208\t228',
			'208\t84',
			'208\t28',
			'11\t31',
		]);
		assert.deepEqual(comments(path), ['seen at the client; 344 of its 600 bytes are not known', 'seen at the client']);
	});

	test('of which the capture has the beginning', () => {
		const cut = lookups(v4).map((packet) => ({ ...packet, captured: 14 + 20 + 8 + 10 }));
		const from = capture(cut);
		const path = packetsOf('watch', from);
		const sizes = 'watch | select req_size, resp_size';
		assert.deepEqual(rowsOf(path, sizes), rowsOf(from, sizes));
		if (skip === false) assert.equal(tshark(path, '-T', 'fields', '-e', 'frame.cap_len').join(), '38,28,38,28');
	});

	test('of a log', () => {
		const from = logOf(capture([lookups(v6)[0]!, lookups(v6)[2]!]));
		const path = packetsOf('watch', from);
		assert.deepEqual(rowsOf(path, DATAGRAMS), rowsOf(from, DATAGRAMS));
	});
});

test('exchanges of a log that tells no addresses are no packets, and it is said so', () => {
	const log = logOf(SHOP, 'watch http where side == "server"');
	const lines = readFileSync(log, 'utf8').replaceAll(/"(local|remote)_addr":"[^"]*",/g, '');
	writeFileSync(log, lines);
	const { status, stderr } = run(['-e', `from "${log}" http | to pcapng "${log}.pcapng"`]);
	assert.equal(status, 0);
	const count = lines.trim().split('\n').length;
	assert.match(stderr, new RegExp(`lost: ${count} exchanges without addresses, not written as packets`));
});

const FIRST_PORT = 40_000;

/** Two exchanges on a connection, the first with this answer, sent in parts of `step` bytes. */
const twoAnswers = (first: Buffer | string, step = 1400, clientPort = FIRST_PORT): CapturedPacket[] => {
	const talk = new Talk({ clientPort }).handshake().send('client', REQUEST);
	const bytes = Buffer.from(first);
	for (let at = 0; at < bytes.length; at += step) talk.send('server', bytes.subarray(at, at + step));
	return talk.send('client', REQUEST).send('server', response('second')).packets;
};

const chunks = (count: number, text: string): string =>
	`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`${text.length.toString(16)}\r\n${text}\r\n`.repeat(count)}0\r\n\r\n`;
const coded = (body: Buffer, ...fields: string[]): Buffer => {
	const head = ['HTTP/1.1 200 OK', ...fields, `Content-Length: ${body.length}`].join('\r\n');
	return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
};

const ANSWERS = 'watch http | select port = client_port, answer = resp.body';
const SIZES = 'watch http | select client_port, status, resp_size';

describe('what is framed anew', () => {
	const heads = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
	test('an answer to HEAD gets no chunks: they would stand before the next answer', () => {
		const talk = new Talk().handshake().send('client', REQUEST.replace('GET', 'HEAD')).send('server', heads);
		const from = capture(talk.send('client', REQUEST).send('server', response('second')).packets);
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, SIZES), rowsOf(from, SIZES));
		assert.equal(run(['-e', 'watch http', '--from', path]).stderr.trim(), 'claudeinsight: 2 exchanges, nothing lost');
	});

	for (const last of ['0', '00', '0;', '0;a']) {
		test(`chunks that end with ${last} have the size that they had`, () => {
			const from = capture(twoAnswers(`${heads}3\r\nabc\r\n${last}\r\n\r\n`));
			assert.deepEqual(rowsOf(packetsOf('watch http', from), SIZES), rowsOf(from, SIZES));
		});
	}

	test('chunks of some KiB, as proxies send them, have the size that they had', () => {
		const from = capture(twoAnswers(chunks(200, 'y'.repeat(4096)), 60_000));
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, SIZES), rowsOf(from, SIZES));
		if (skip === false)
			assert.deepEqual(tshark(path, '-Y', 'http.response', '-T', 'fields', '-e', 'http.response.code'), ['200', '200']);
	});

	for (const [name, up, down] of [
		['an answer', REQUEST, chunks(3, 'event').slice(0, -5)],
		['the first digit of a chunk', REQUEST, chunks(0, '').slice(0, -4)],
		['a request', chunks(3, 'abc').slice(0, -8).replace('HTTP/1.1 200 OK', 'POST /a HTTP/1.1'), ''],
	] as const) {
		test(`what came of chunks without an end has the size that it had: ${name}`, () => {
			const talk = new Talk().handshake().send('client', up);
			const from = capture((down === '' ? talk : talk.send('server', down)).close().packets);
			const query = 'watch http | select outcome, req_size, resp_size, question = req.body, answer = resp.body';
			assert.deepEqual(rowsOf(packetsOf('watch http', from), query), rowsOf(from, query));
		});
	}
});

describe('bodies that are not known whole', () => {
	test('chunks beyond what is kept of a body: what follows stands where it stood', () => {
		const from = capture(twoAnswers(chunks(100, 'y'.repeat(20_000)), 60_000));
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, SIZES), rowsOf(from, SIZES));
		if (skip === false) {
			assert.deepEqual(tshark(path, '-Y', '_ws.malformed'), ['']);
			assert.match(comments(path)[1] ?? '', /^seen at the client; \d+ of its 2000\d+ bytes are not known$/);
		}
	});

	test('of gigabytes that were not captured a few packets tell', () => {
		const talk = new Talk().handshake().send('client', REQUEST);
		talk.send('server', 'HTTP/1.1 200 OK\r\nContent-Length: 3000000000\r\n\r\n');
		for (let i = 0; i < 3; i++) talk.skip('server', 1_000_000_000).send('client');
		const from = capture(talk.send('client', REQUEST).send('server', response('second')).packets);
		const path = packetsOf('watch http', from);
		assert.deepEqual(rowsOf(path, SIZES), rowsOf(from, SIZES));
		assert.ok(statSync(path).size < 10_000);
	});

	test('an answer in chunks that has no end does not get one', () => {
		const [, , , request, ...answers] = twoAnswers(chunks(2, 'abc').slice(0, -5));
		const { packets } = new Talk().handshake();
		const from = capture([...packets, request!, answers[0]!]);
		const outcome = 'watch http | select answered, resp_size, answer = resp.body';
		assert.deepEqual(rowsOf(packetsOf('watch http', from), outcome).length, rowsOf(from, outcome).length);
		assert.match(String(rowsOf(packetsOf('watch http', from), outcome)[0]), /"answered":false/);
	});
});

describe('bodies of a log', () => {
	const KEPT: Readonly<Record<string, Buffer | string>> = {
		'as text': response('hello'),
		'in UTF-8': coded(Buffer.from('grüß dich ✓')),
		'not as text': coded(Buffer.from([0xff, 0x00, 0xe4, 0x80, 0x0d, 0x0a]), 'Content-Type: image/png'),
		'in Latin-1': coded(Buffer.from('gr\xfc\xdf', 'latin1'), 'Content-Type: text/plain; charset=iso-8859-1'),
		'in chunks': chunks(3, 'abc'),
		'of no bytes, in chunks': chunks(0, ''),
		none: 'HTTP/1.1 204 No Content\r\n\r\n',
	};
	const GONE: Readonly<Record<string, Buffer | string>> = {
		'it was compressed': coded(gzipSync('hello '.repeat(100)), 'Content-Encoding: gzip'),
		'in another character set': coded(Buffer.from([0xbf]), 'Content-Type: text/plain; charset=koi8-r'),
		'in UTF-16': coded(Buffer.from('abc', 'utf16le'), 'Content-Type: text/plain; charset=utf-16le'),
		'chunks that are no text': chunks(1, 'grüß'),
	};
	test('are in the packets where the text tells what they were; else they are missing, and it is said so', () => {
		const answers = [...Object.entries(KEPT), ...Object.entries(GONE)];
		const from = capture(answers.flatMap(([, bytes], i) => twoAnswers(bytes, 1400, FIRST_PORT + i)));
		const path = packetsOf('watch http', logOf(from, 'watch http'));
		assert.deepEqual(rowsOf(path, SIZES), rowsOf(from, SIZES), 'each has its place');
		const [told, known] = [path, from].map((file) => rowsOf(file, ANSWERS).map((row) => JSON.parse(row)));
		const answersOf = (rows: { port: number; answer: string | null }[], i: number) =>
			rows.filter(({ port }) => port === FIRST_PORT + i).map(({ answer }) => answer).sort(); // biome-ignore format: one
		for (const [i, [name]] of answers.entries()) {
			const expected = answersOf(known!, i);
			const isGone = name in GONE;
			assert.deepEqual(
				answersOf(told!, i),
				isGone ? expected.map((answer) => (answer === 'second' ? answer : null)).sort() : expected,
				name,
			);
		}
		if (skip === false)
			assert.equal(
				comments(path).filter((comment) => /; \d+ of its \d+ bytes are not known$/.test(comment)).length,
				Object.keys(GONE).length,
			);
	});
});

describe('messages of WebSocket', () => {
	const compress = deflater();
	const mask = { mask: MASK };
	const large = frame(Op.binary, Buffer.alloc(70_000, 7));
	const talk = new Talk().handshake();
	for (const [way, bytes] of handshake('permessage-deflate')) talk.send(way === '>' ? 'client' : 'server', bytes);
	talk
		.send('client', frame(Op.text, 'plain', mask))
		.send('client', frame(Op.text, compress('first packed'), { rsv1: true, ...mask }))
		.send('client', frame(Op.text, compress('packed again'), { rsv1: true, ...mask }))
		.send('server', large.subarray(0, 40_000))
		.send('server', large.subarray(40_000))
		.send('server', frame(Op.text, 'in ', { fin: false }))
		.send('server', frame(Op.continuation, 'parts'))
		.send('server', frame(Op.ping, ''))
		.send('server', closeFrame(1001, 'bye'));
	const MESSAGES = 'watch websocket | select side, opcode, text, direction, code, response.body';

	test('read again they are the same', () => {
		const from = capture(talk.packets);
		const path = packetsOf('watch http, websocket', from);
		assert.deepEqual(rowsOf(path, MESSAGES), rowsOf(from, MESSAGES));
		assert.equal(rowsOf(path, MESSAGES).length, 7);
	});

	test('tshark reads them', { skip }, () => {
		const path = packetsOf('watch http, websocket', capture(talk.packets));
		const fields = ['-T', 'fields', '-e', 'websocket.opcode', '-e', 'websocket.payload_length'];
		assert.deepEqual(tshark(path, '-Y', 'websocket', ...fields), ['1\t5', '1\t12', '1\t12', '2\t127', '1\t8', '9\t0', '8\t5']); // biome-ignore format: one
		assert.deepEqual(tshark(path, '-Y', '_ws.malformed'), ['']);
		assert.doesNotMatch(comments(path).join(), /not known/);
	});
});
