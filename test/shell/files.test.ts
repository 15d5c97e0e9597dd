import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type CapturedPacket, pcap, START, section } from '../capture/pcap/files.ts';
import { REQUEST, response, Talk } from '../capture/pcap/talk.ts';
import { type Ended, run, runInShell } from './program.ts';
import { writeRecording } from './recording.ts';

let folder: string;
const PACKETS: readonly CapturedPacket[] = Array.from(
	{ length: 10 },
	(_, n) =>
		new Talk({ clientPort: 40_000 + n }).handshake().send('client', REQUEST).send('server', response('hello')).packets,
).flat();
const FILE = pcap(PACKETS);
const SHOP = join(import.meta.dirname, '../../examples/shop.ciqrec');
const HALF = PACKETS.length / 2;

before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-files-'));
	writeFileSync(join(folder, 'all.pcap'), FILE);
	writeFileSync(join(folder, 'b1.pcap'), pcap(PACKETS.slice(0, HALF)));
	writeFileSync(join(folder, 'b2.pcapng'), section(PACKETS.slice(HALF)));
	writeFileSync(join(folder, 'cut.pcap'), FILE.subarray(0, -7));
	writeFileSync(join(folder, 'all.pcap.zst'), zstdCompressSync(FILE));
});
after(() => rmSync(folder, { recursive: true }));

const COUNT = '{"side":"client","count":10}\n';
const QUERY = 'stat http count() by side';

const gives = (end: Ended, stdout: string): void => {
	assert.equal(end.status, 0, end.stderr);
	assert.equal(end.stdout, stdout, end.stderr);
	assert.match(end.stderr, /^claudeinsight: (0 rows from )?\d+ exchanges?, nothing lost\n$/);
};

const fails = (end: Ended, status: number, message: RegExp): void => {
	assert.equal(end.status, status, end.stderr);
	assert.equal(end.stdout, '');
	assert.match(end.stderr, message);
	assert.doesNotMatch(end.stderr, /^\s+at /m);
};

test('what a query leaves unread of captures is not missing in them', () => {
	const long = Array.from({ length: 1000 }, (_, n) => {
		const talk = new Talk({ clientPort: 20_000 + n, start: START + BigInt(n) * 10_000_000n }).handshake();
		return talk.send('client', REQUEST).send('server', response('x'.repeat(1000))).packets;
	});
	for (const name of ['one', 'other']) writeFileSync(join(folder, `${name}.pcap`), pcap(long.flat()));
	const { stderr } = run(['-e', 'from "one.pcap" http | join { from "other.pcap" http } on id within 5s | head 1'], {
		cwd: folder,
	});
	assert.match(stderr, /, nothing lost\n$/);
});

describe('standard input', () => {
	const inputs = { plain: FILE, gzip: gzipSync(FILE), zstd: zstdCompressSync(FILE), pcapng: section(PACKETS) };
	for (const [name, input] of Object.entries(inputs)) {
		test(name, () => {
			gives(run(['-e', QUERY, '--from', '-'], { input }), COUNT);
			gives(run(['-e', `from "-" http | stat count() by side`], { input }), COUNT);
		});
	}

	test('two frames of zstd, and byte by byte through a slow pipe', () => {
		const frames = Buffer.concat([zstdCompressSync(FILE.subarray(0, 100)), zstdCompressSync(FILE.subarray(100))]);
		gives(run(['-e', QUERY, '--from', '-'], { input: frames }), COUNT);
		const slow = `dd if=all.pcap.zst bs=50 status=none | dd obs=1 status=none | $ciq -e '${QUERY}' --from -`;
		gives(runInShell(slow, { cwd: folder }), COUNT);
	});

	test('a named pipe', () => {
		gives(runInShell(`mkfifo p; (cat all.pcap > p &) ; $ciq -e '${QUERY}' --from p`, { cwd: folder }), COUNT);
		gives(runInShell(`$ciq -e '${QUERY}' --from b1.pcap --from <(cat b2.pcapng)`, { cwd: folder }), COUNT);
	});

	test('a file as standard input', () =>
		gives(runInShell(`$ciq -e '${QUERY}' --from - < all.pcap.zst`, { cwd: folder }), COUNT));

	test('nothing, and no capture', () => {
		fails(run(['-e', QUERY, '--from', '-'], { input: '' }), 1, /^claudeinsight: standard input is empty: what /);
		fails(run(['-e', QUERY, '--from', '-'], { input: 'hello' }), 1, /^claudeinsight: standard input is neither/);
		symlinkSync('circle', join(folder, 'circle'));
		fails(
			run(['-e', QUERY, '--from', 'circle'], { cwd: folder }),
			1,
			/^claudeinsight: cannot read circle: its symbolic/,
		);
	});
});

describe('recordings that are no plain files', () => {
	const recording = readFileSync(SHOP);
	const query = ['-e', 'stat http count(), p99(latency), sum(resp_size) by route, side'];
	const told = run([...query, '--from', SHOP]).stdout;
	for (const [name, bytes] of Object.entries({
		plain: recording,
		gzip: gzipSync(recording),
		zstd: zstdCompressSync(recording),
	}))
		test(name, () => {
			gives(run([...query, '--from', '-'], { input: bytes }), told);
			const path = join(folder, `shop.${name}`);
			writeFileSync(path, bytes);
			gives(run([...query, '--from', path]), told);
			gives(runInShell(`$ciq -e '${query[1]}' --from - < ${path}`, { cwd: folder }), told);
			fails(
				run([...query, '--from', 'all.pcap', '--from', path], { cwd: folder }),
				1,
				/' is a recording, which is read/,
			);
		});

	test('a slow pipe that stays open ends with a query that has enough', () => {
		const slow = `exec 2> /dev/null; dd if=${SHOP} bs=1000 count=300; exec sleep 20`;
		const began = Date.now();
		const end = runInShell(`$ciq -e 'watch http | head 3 | select path' --from - < <(${slow})`);
		assert.equal(end.stdout.split('\n').length, 4, end.stderr);
		assert.ok(Date.now() - began < 15_000);
	});

	test('one that is cut is read as far as it goes', () => {
		for (const bytes of [recording.subarray(0, -700_001), gzipSync(recording).subarray(0, -1000)]) {
			const end = run(['-e', 'stat http count()', '--from', '-'], { input: bytes });
			assert.equal(end.status, 0, end.stderr);
			assert.match(end.stdout, /^\{"count":[1-9]/);
			assert.match(end.stderr, /exchanges, lost: the recording is torn: /);
		}
		fails(run([...query, '--from', '-'], { input: recording.subarray(0, 50) }), 1, /input: the header .* damaged/);
	});

	test('beside another file on standard input', () =>
		fails(
			run([...query, '--from', '-', '--from', 'all.pcap'], { cwd: folder, input: recording }),
			1,
			/^claudeinsight: standard input is a recording, which is read by itself\n$/,
		));
});

describe('several files', () => {
	const asOne: readonly (readonly string[])[] = [
		['-e', 'from "b1.pcap", "b2.pcapng" http | stat count() by side'],
		['-e', 'from "b2.*", "b1.pcap" http | stat count() by side'],
		['-e', 'from "b*" http | stat count() by side'],
		['-e', QUERY, '--from', 'b*'],
		['-e', QUERY, '--from', 'b2.pcapng', '--from', 'b1.pcap'],
	];
	for (const args of asOne) test(args.slice(1).join(' '), () => gives(run(args, { cwd: folder }), COUNT));

	test('one of them on standard input', () =>
		gives(
			run(['-e', 'from "-", "b2.pcapng" http | stat count() by side'], {
				cwd: folder,
				input: pcap(PACKETS.slice(0, HALF)),
			}),
			COUNT,
		));

	test('a pattern without a file', () =>
		fails(run(['-e', 'from "no*.pcap" http'], { cwd: folder }), 1, /^claudeinsight: no file matches 'no\*\.pcap'\n/));
});

describe('logs of JSON lines', () => {
	let log: string;
	const stat = 'stat http count(), max(latency), sum(resp_size) by route, side';
	const recorded = run(['-e', stat, '--from', SHOP]).stdout;
	before(() => {
		log = run(['-e', 'watch', '--from', SHOP, '--format', 'json'], { maxBuffer: 8 << 20 }).stdout;
		writeFileSync(join(folder, 'shop.ndjson'), log);
		writeFileSync(join(folder, 'shop.json.gz'), gzipSync(log));
		const lines = log.split('\n');
		for (const part of [0, 1])
			writeFileSync(join(folder, `part${part}.json`), lines.filter((_, n) => n % 2 === part).join('\n'));
	});

	test('answer as the recording does that they were written of', () => {
		for (const path of ['shop.ndjson', 'shop.json.gz', 'part*.json'])
			gives(run(['-e', stat, '--from', path], { cwd: folder }), recorded);
		gives(run(['-e', stat, '--from', '-'], { input: zstdCompressSync(log) }), recorded);
		gives(run(['-e', 'from "shop.ndjson"'], { cwd: folder, maxBuffer: 8 << 20 }), log);
		const shown = ['watch', 'http', '--side', 'server', '--latency', '100', '--format', 'table'];
		assert.equal(
			run([...shown, '--from', 'shop.ndjson'], { cwd: folder }).stdout,
			run([...shown, '--from', SHOP]).stdout,
		);
	});

	test('what they do not tell is refused, and wrong lines are counted', () => {
		const refused = /^claudeinsight: '.*shop\.ndjson' cannot answer this query: it does not tell ttfb\n$/;
		fails(run(['-e', 'watch http | stat p99(ttfb)', '--from', 'shop.ndjson'], { cwd: folder }), 1, refused);
		const end = run(['-e', 'stat count()', '--from', '-', '--strict'], { input: `${log}no\n${log.slice(0, 500)}` });
		assert.equal(end.status, 4);
		assert.match(end.stderr, /282 exchanges, lost: 1 line of a log without an exchange; a file is cut off: /);
	});

	test('and a packet capture tells what its stamps do, and refuses what only a kernel knows', () => {
		const query = 'watch http | stat max(retransmits), max(rtt), max(remote_time)';
		gives(
			run(['-e', query, '--from', 'all.pcap'], { cwd: folder }),
			'{"max_retransmits":0,"max_rtt":2,"max_remote_time":1}\n',
		);
		const refused = /^claudeinsight: '.*all\.pcap' cannot answer this query: it does not tell socket_time\n$/;
		fails(run(['-e', 'watch http | stat max(socket_time)', '--from', 'all.pcap'], { cwd: folder }), 1, refused);
	});

	test('and a packet capture are not read as one', () => {
		fails(
			run(['-e', QUERY, '--from', 'all.pcap', '--from', 'shop.ndjson'], { cwd: folder }),
			1,
			/'all\.pcap' is a packet capture and 'shop\.ndjson' a log: several files of one kind are read as one/,
		);
		writeFileSync(join(folder, 'nothing.ndjson'), '');
		const empty = /^claudeinsight: 'nothing\.ndjson' is empty: leave it out\n$/;
		fails(run(['-e', QUERY, '--from', 'nothing.ndjson', '--from', 'shop.ndjson'], { cwd: folder }), 1, empty);
	});

	test('of a pattern one that is empty is left out, and said', () => {
		const logs = mkdtempSync(join(folder, 'logs-'));
		const write = (name: string, text: string): void => writeFileSync(join(logs, name), text);
		write('1.ndjson', '');
		fails(run(['-e', QUERY, '--from', '*.ndjson'], { cwd: logs }), 1, /^claudeinsight: 1\.ndjson is empty\n$/);
		write('3.ndjson', '');
		const none =
			/^claudeinsight: '1\.ndjson' is empty, and left out\n.*'3\.ndjson' is .*\n.*none of the files holds anything\n$/;
		fails(run(['-e', QUERY, '--from', '*.ndjson'], { cwd: logs }), 1, none);
		copyFileSync(join(folder, 'shop.ndjson'), join(logs, '2.ndjson'));
		const end = run(['-e', 'watch http | stat count()', '--from', '*.ndjson'], { cwd: logs });
		assert.deepEqual([end.status, end.stdout], [0, '{"count":282}\n']);
		const said = /^claudeinsight: '1\.ndjson' is empty, and left out\n.*'3\.ndjson' is empty, and left out\n/;
		assert.match(end.stderr, said);
		const named = ['--from', '*.ndjson', '--from', '3.ndjson'];
		fails(run(['-e', QUERY, ...named], { cwd: logs }), 1, /'3\.ndjson' is empty: leave it out\n$/);
		write('3.ndjson', `${' \n'.repeat(20)}\n`);
		fails(run(['-e', QUERY, '--from', '*.ndjson'], { cwd: logs }), 1, /: 3\.ndjson has only blank lines\n$/);
		fails(run(['-e', QUERY, '--from', '3.ndjson'], { cwd: logs }), 1, /: 3\.ndjson has only blank lines\n$/);
		copyFileSync(join(folder, 'all.pcap'), join(logs, '2.ndjson'));
		const two = /'2\.ndjson' is a packet capture and '3\.ndjson' a log/;
		fails(run(['-e', QUERY, '--from', '*.ndjson'], { cwd: logs }), 1, two);
	});
});

describe('--local', () => {
	const server = '{"side":"server","count":10}\n';
	test('tells the observed ends', () => {
		gives(run(['-e', 'from "all.pcap" http --local=10.0.0.2 | stat count() by side'], { cwd: folder }), server);
		gives(run(['-e', QUERY, '--from', 'all.pcap', '--local', '10.0.0.2,fd00::/8'], { cwd: folder }), server);
		gives(run(['watch', 'http', '--from', 'all.pcap', '--local=10.0.0.2', '--side', 'client'], { cwd: folder }), '');
	});

	test('is said to be missing where only servers are asked for', () => {
		const query = 'watch http where side == "server" | stat count()';
		const end = run(['-e', query, '--from', 'all.pcap'], { cwd: folder });
		assert.deepEqual([end.status, end.stdout], [0, '{"count":0}\n']);
		assert.match(end.stderr, /^claudeinsight: warning: of all\.pcap the clients' ends count as observed, so .*--local/);
		gives(run(['-e', query, '--from', 'all.pcap', '--local', '10.0.0.2'], { cwd: folder }), '{"count":10}\n');
		gives(run(['-e', query.replace('server', 'client'), '--from', 'all.pcap'], { cwd: folder }), '{"count":10}\n');
	});

	test('of something else than networks, and of a recording, is refused', () => {
		fails(
			run(['-e', QUERY, '--from', 'all.pcap', '--local', 'here']),
			2,
			/--local takes networks such as 10\.0\.0\.0\/8/,
		);
		fails(run(['-e', QUERY, '--from', 'examples/shop.ciqrec', '--local', '10.0.0.2']), 1, /leave it out/);
	});

	test('without a file has no use', () => {
		fails(
			run(['-e', QUERY, '--local', '10.0.0.2']),
			2,
			/--local goes with packet captures: give one with --from or `from`/,
		);
	});
});

test('a file that is cut off is said, and --strict tells it', () => {
	const end = run(['-e', QUERY, '--from', 'cut.pcap', '--strict'], { cwd: folder });
	assert.equal(end.status, 4);
	assert.equal(end.stdout, COUNT);
	assert.match(end.stderr, /lost: .*a file is cut off: at least 7 bytes missing at its end\n$/);
});

describe('files that are damaged', () => {
	const changed = (bytes: Buffer, at: number): Buffer => {
		const copy = Buffer.from(bytes);
		copy[copy.length + at]! ^= 1;
		return copy;
	};
	const log = run(['-e', 'watch', '--from', SHOP, '--format', 'json'], { maxBuffer: 8 << 20 }).stdout;
	const recording = readFileSync(SHOP);
	const cases: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
		'a packet capture': [Buffer.concat([FILE, Buffer.alloc(40, 0xff)]), /is damaged at byte/],
		'a log in gzip': [changed(gzipSync(log), -6), /: its gzip compression is damaged; what follows was not read/],
		'a recording in gzip': [changed(gzipSync(recording), -6), /: its gzip compression is damaged; what follows/],
		'a recording': [
			Buffer.concat([recording.subarray(0, -24), Buffer.alloc(40, 0xff)]),
			/: the recording is damaged at byte \d+; what follows/,
		],
	};
	for (const [name, [bytes, message]] of Object.entries(cases))
		test(`${name}: what came before is there, and the last line says that something is lost`, () => {
			const path = join(folder, 'damaged');
			writeFileSync(path, bytes);
			for (const strict of [[], ['--strict']]) {
				const end = run(['-e', 'stat http count()', '--from', path, ...strict]);
				assert.equal(end.status, 1, end.stderr);
				assert.match(end.stdout, /^\{"count":[1-9]/);
				assert.match(end.stderr, message);
				assert.match(end.stderr, /\d exchanges?, lost: (.*; )?the rest of 1 damaged file(\n| \()/);
			}
		});

	test('a recording with a flipped bit: the rest is there, and the last line says what is not', () => {
		const path = join(folder, 'flipped.ciqrec');
		writeRecording(path);
		const bytes = readFileSync(path);
		bytes[bytes.indexOf('GET /api/slow') + 6]! ^= 1;
		writeFileSync(path, bytes);
		for (const strict of [[], ['--strict']]) {
			const end = run(['-e', 'stat http count()', '--from', path, ...strict]);
			assert.equal(end.status, 1, end.stderr);
			assert.match(end.stdout, /^\{"count":4\}/);
			assert.match(end.stderr, /flipped\.ciqrec: the recording is damaged from byte \d+ to \d+, which was left out\n/);
			assert.match(end.stderr, /\d exchanges?, lost: (.*; )?\d+ bytes of a damaged recording(\n| \()/);
		}
	});

	test('zeros behind gzip are none', () =>
		gives(run(['-e', QUERY, '--from', '-'], { input: Buffer.concat([gzipSync(FILE), Buffer.alloc(5000)]) }), COUNT));

	test('what is cut off before anything can be decompressed is not called empty', () => {
		const random = Buffer.from(randomBytes(5000).toString('hex'));
		for (const [at, bytes] of [zstdCompressSync(random).subarray(0, 200), gzipSync(random).subarray(0, 12)].entries()) {
			writeFileSync(join(folder, `cut${at}`), bytes);
			const args = ['-e', QUERY, '--from', `cut${at}`];
			const cut = /^claudeinsight: '?cut\d'? is cut off: what is left of it decompresses to nothing\n$/;
			fails(run(args, { cwd: folder }), 1, cut);
			fails(run([...args, '--from', 'all.pcap'], { cwd: folder }), 1, cut);
			fails(run(['-e', QUERY, '--from', '-'], { input: bytes }), 1, /^claudeinsight: standard input is cut off: /);
		}
	});
});
