import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { constants, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { openInput } from '../../../engine/capture/byte-input.ts';
import { openPcap } from '../../../engine/capture/pcap/source.ts';
import { LINKTYPE, pcap, section } from './files.ts';
import { read, readFile, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-pcap-input-'));
after(() => rmSync(folder, { recursive: true }));

const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello')).send('client');
const OK = 'GET /a 200 ok 28/43';
const FILE = pcap(packets);

/** RFC 8878, 3.1.2. */
const SKIPPABLE = Buffer.from('5f2a4d1803000000616263', 'hex');

const withPrefix = (...bytes: number[]): Buffer => Buffer.concat([Buffer.from(bytes), Buffer.alloc(100)]);

describe('compressed files', () => {
	const half = FILE.length >> 1;
	const cases: Readonly<Record<string, Buffer>> = {
		gzip: gzipSync(FILE),
		'gzip of two members': Buffer.concat([gzipSync(FILE.subarray(0, half)), gzipSync(FILE.subarray(half))]),
		zstd: zstdCompressSync(FILE),
		'zstd with skippable frames': Buffer.concat([
			SKIPPABLE,
			zstdCompressSync(FILE.subarray(0, half)),
			SKIPPABLE,
			SKIPPABLE,
			zstdCompressSync(FILE.subarray(half)),
			SKIPPABLE,
		]),
		'zstd of two frames': Buffer.concat([
			zstdCompressSync(FILE.subarray(0, half)),
			zstdCompressSync(FILE.subarray(half)),
		]),
		'gzip with zeros behind it, as in the blocks of a tape': Buffer.concat([gzipSync(FILE), Buffer.alloc(10_000)]),
		'pcapng in zstd': zstdCompressSync(section(packets)),
	};
	for (const [name, bytes] of Object.entries(cases)) {
		test(name, async () => {
			const result = await read(bytes);
			assert.deepEqual(told(result), [OK]);
			assert.equal(result.tornBytes, 0);
		});
	}

	// Longer than a block of zstd, of which nothing is known before it is whole.
	const long = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
	for (let i = 0; i < 3000; i++) long.send('client', randomBytes(100));
	const LONG = pcap(long.packets);

	for (const [name, compress, damagedFrom] of [
		// Its checksum is in the last eight bytes.
		['gzip', gzipSync, -8],
		['zstd', zstdCompressSync, -1000],
	] as const) {
		test(`torn ${name}`, async () => {
			const result = await read(compress(LONG).subarray(0, -5));
			assert.equal(result.rows.length, 1);
			assert.equal(result.error, null);
			assert.ok(result.tornBytes > 0);
		});

		test(`${name} that ends in the header`, async () => {
			await assert.rejects(read(compress(FILE).subarray(0, 14)), /file ends in its header$/);
		});

		test(`damaged ${name}`, async () => {
			const bytes = Buffer.from(compress(LONG));
			bytes.fill(0xff, bytes.length + damagedFrom);
			const result = await read(bytes);
			assert.equal(result.rows.length, 1);
			assert.match(
				String(result.error),
				new RegExp(`file: its ${name} compression is damaged; what follows was not read$`),
			);
			assert.equal(result.completeness.damagedFiles, 1);
		});
	}
});

/** All of an input that comes before its error. */
const readAll = async (path: string): Promise<{ bytes: Buffer; error: unknown }> => {
	const input = await openInput(path);
	const buffer = Buffer.alloc(1 << 20);
	let end = 0;
	try {
		for (let before = -1; before < end; ) {
			before = end;
			end = await input.fill(buffer, end);
		}
		return { bytes: buffer.subarray(0, end), error: null };
	} catch (error) {
		return { bytes: buffer.subarray(0, end), error };
	} finally {
		await input.close();
	}
};

describe('what stands before damage is read, all of it', () => {
	// Of letters: some of it is compressed, and none of it stands in a block by itself.
	const PLAIN = Buffer.from(randomBytes(150_000).toString('hex'));
	const path = join(folder, 'damaged');

	test('junk behind gzip and zstd, of one member or two', async () => {
		for (const compress of [gzipSync, zstdCompressSync])
			for (const members of [[PLAIN], [PLAIN.subarray(0, 70_001), PLAIN.subarray(70_001)]]) {
				writeFileSync(path, Buffer.concat([...members.map((part) => compress(part)), Buffer.from('#junk#junk')]));
				const { bytes, error } = await readAll(path);
				assert.ok(bytes.equals(PLAIN), `${bytes.length} of ${PLAIN.length} bytes`);
				assert.match(String(error), /compression is damaged; what follows was not read$/);
			}
	});

	test('a wrong checksum behind gzip', async () => {
		const file = gzipSync(PLAIN);
		file.fill(0, file.length - 8, file.length - 4);
		writeFileSync(path, file);
		const { bytes, error } = await readAll(path);
		assert.ok(bytes.equals(PLAIN), `${bytes.length} of ${PLAIN.length} bytes`);
		assert.match(String(error), /compression is damaged/);
	});

	test('in the middle of gzip', async () => {
		const file = gzipSync(PLAIN);
		const whole = gunzipSync(file.subarray(0, 100_000), { finishFlush: constants.Z_SYNC_FLUSH }).length;
		file.fill(0xff, 100_000, 100_400);
		writeFileSync(path, file);
		const { bytes, error } = await readAll(path);
		assert.ok(bytes.length >= whole, `${bytes.length} of ${whole} bytes`);
		assert.ok(bytes.subarray(0, whole).equals(PLAIN.subarray(0, whole)));
		assert.match(String(error), /compression is damaged/);
	});
});

test('however many zeros are behind gzip, nothing is wrong', async () => {
	const bytes = gzipSync(randomBytes(200));
	for (let zeros = 0; zeros < 300; zeros++) {
		const path = join(folder, 'padded');
		writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(zeros)]));
		const input = await openInput(path);
		const buffer = Buffer.alloc(1000);
		let end = 0;
		for (let before = -1; before < end; ) {
			before = end;
			end = await input.fill(buffer, end);
		}
		await input.close();
		assert.deepEqual([end, input.torn], [200, false], `${zeros}`);
	}
});

describe('torn files', () => {
	const kinds = { pcap: FILE, pcapng: section(packets) };
	for (const [name, file] of Object.entries(kinds)) {
		test(`${name}: the whole packets of every beginning are read`, async () => {
			let tornBytes = 0;
			for (let length = file.length; length > 100; length--) {
				const result = await read(file.subarray(0, length));
				assert.equal(result.error, null, `${length} bytes`);
				assert.ok(result.rows.length <= 1);
				if (length === file.length) assert.equal(result.tornBytes, 0);
				// Until the record is gone, each byte less is one more that is missing; of its head at least what it lacks.
				else if (result.tornBytes === 0) break;
				else tornBytes = Math.max(tornBytes, result.tornBytes);
			}
			assert.ok(tornBytes > 50);
		});
	}

	test('says how much is missing', async () => {
		const { tornBytes, rows } = await read(FILE.subarray(0, FILE.length - 7));
		assert.equal(tornBytes, 7);
		assert.equal(rows.length, 1);
	});
});

describe('files that cannot be read', () => {
	const damaged = Buffer.from(FILE);
	damaged.writeUInt32LE(0xfff_fff, 24 + 8);
	const later = Buffer.concat([FILE, Buffer.alloc(40, 0xff)]);
	const block = Buffer.concat([section(packets), Buffer.alloc(40, 1)]);
	block.writeUInt32LE(3, block.length - 36);
	const overfull = section(packets.slice(0, 1));
	// The captured length of the packet, behind 20 bytes of its block's head; its frame begins behind 28.
	const overfullAt = overfull.lastIndexOf(Buffer.alloc(12, 2)) - 28;
	overfull.writeUInt32LE(5000, overfullAt + 20);
	const far = Buffer.concat([FILE, ...Array.from({ length: 40_000 }, () => FILE.subarray(24)), Buffer.alloc(40, 0xff)]);
	const UNKNOWN_KIND =
		/ is neither a recording nor a packet capture nor a log of JSON lines: pcap, pcapng and NDJSON are read, plain or compressed with /;
	const cases: Readonly<Record<string, readonly [Buffer, RegExp]>> = {
		empty: [Buffer.alloc(0), UNKNOWN_KIND],
		text: [Buffer.from('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'), UNKNOWN_KIND],
		'text, compressed': [gzipSync('hello'), UNKNOWN_KIND],
		'a pcap that ends in its header': [FILE.subarray(0, 20), /file ends in its header$/],
		'a link type that is not read': [
			pcap(packets, { link: 105 }),
			/file: link type 105 is not read; Ethernet, Linux cooked, loopback, raw IP and NFLOG are$/,
		],
		'pcapng of a link type that is not read': [
			section(packets, { devices: [{ link: 105 }] }),
			/link type 105 is not read/,
		],
		'pcapng that is damaged at once': [withPrefix(0x0a, 0x0d, 0x0d, 0x0a), /file is damaged at byte 0; /],
		'a packet of 256 MB': [damaged, /file is damaged at byte 24; what follows was not read$/],
		'nonsense behind packets': [later, new RegExp(`file is damaged at byte ${FILE.length}; `)],
		'nonsense far behind': [far, new RegExp(`file is damaged at byte ${far.length - 40}; `)],
		'a packet that is longer than its block': [
			Buffer.concat([overfull, Buffer.alloc(9000)]),
			new RegExp(`file is damaged at byte ${overfullAt}; `),
		],
		'a block that is too short': [block, new RegExp(`file is damaged at byte ${block.length - 40}; `)],
	};
	for (const [name, [bytes, message]] of Object.entries(cases)) {
		test(name, async () => {
			const reason = await read(bytes).then(
				({ error }) => error,
				(error: unknown) => error,
			);
			assert.match(String(reason), message);
		});
	}

	test('what came before the damage is there', async () => {
		const { rows, completeness } = await read(later);
		assert.deepEqual([rows.length, completeness.damagedFiles], [1, 1]);
	});

	test('no file, and a folder', async () => {
		await assert.rejects(openPcap(join(folder, 'nothing')), /cannot read .*nothing: no such file or directory$/);
		await assert.rejects(openPcap(folder), /cannot read .*: it is a directory$/);
	});

	test('a capture without packets has no exchanges', async () => {
		assert.deepEqual(told(await read(pcap([]))), []);
		assert.deepEqual(told(await read(section([]))), []);
	});

	test('in pcapng the packets of other interfaces are read', async () => {
		const devices = [{ link: 105 }, { link: LINKTYPE.ethernet }];
		const result = await read(
			section([{ ...packets[0]!, device: 0 }, ...packets.map((p) => ({ ...p, device: 1 }))], { devices }),
		);
		assert.equal(result.rows.length, 1);
		assert.match(String(result.error), /link type 105 is not read/);
	});
});

test('`stop` ends it with what was read', async () => {
	const path = join(folder, 'long.pcap');
	const talk = new Talk().handshake();
	for (let i = 0; i < 30_000; i++) talk.send('client', REQUEST).send('server', response('hello'));
	writeFileSync(path, pcap(talk.packets));
	const source = await openPcap(path);
	let batches = 0;
	const error = await new Promise((resolve) => {
		source.start(() => {
			batches++;
			queueMicrotask(() => source.stop());
		}, resolve);
	});
	assert.equal(error, null);
	// 30,000 exchanges fill many batches: those of the first read, and the last one.
	assert.ok(batches <= 4, `${batches} batches`);
	assert.equal((await readFile(path)).rows.length, 30_000);
});

test('a pipe that stays open is left by `stop`', async () => {
	const fifo = join(folder, 'fifo');
	await new Promise((resolve) => spawn('mkfifo', [fifo]).on('exit', resolve));
	const writer = spawn('sh', ['-c', 'cat; exec sleep 60'], { stdio: ['pipe', 'pipe', 'inherit'] });
	const copy = spawn('sh', ['-c', 'exec cat > "$0"', fifo], { stdio: [writer.stdout, 'inherit', 'inherit'] });
	try {
		writer.stdin.end(FILE);
		const source = await openPcap(fifo);
		const error = await new Promise((resolve) => {
			source.start(() => source.stop(), resolve);
		});
		assert.equal(error, null);
	} finally {
		writer.kill();
		copy.kill();
	}
});

test('a file that is closed twice closes no other one that has its number by then', async () => {
	for (const bytes of [FILE, gzipSync(FILE)]) {
		const path = join(folder, 'closed');
		writeFileSync(path, bytes);
		const input = await openInput(path);
		await input.close();
		const others = Array.from({ length: 8 }, () => openSync(path, 'r'));
		await input.close();
		for (const fd of others) assert.ok(fstatSync(fd).isFile());
		for (const fd of others) closeSync(fd);
	}
});
