import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type CaptureDemand, RECORD_EVERYTHING } from '../../engine/capture/demand.ts';
import { MAX_EVENT_BYTES } from '../../engine/capture/events.ts';
import { RecordingError, type RecordingErrorCode } from '../../engine/capture/recording-error.ts';
import { openRecording } from '../../engine/capture/recording-reader.ts';
import { RecordingWriter } from '../../engine/capture/recording-writer.ts';
import { captureInfo, close, data, end, open, SERVER_POS } from '../support/events.ts';
import { oldRecording } from '../support/old-recording.ts';
import { replay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-recording-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${files++}.ciqrec`);

const DEMAND: CaptureDemand = {
	...RECORD_EVERYTHING,
	scope: [{ comms: ['all', 'nginx'], localPorts: [80], remoteNets: ['10.0.0.0/8'], side: 'server' }],
	protocols: ['http'],
};
const INFO = { ...captureInfo(), demand: DEMAND };

const unexpected = (error: RecordingError): never => assert.fail(error);

/** Writes each batch with one call. */
const record = (batches: readonly Buffer[], onFailure = unexpected): string => {
	const path = newPath();
	const writer = new RecordingWriter(path, INFO, onFailure);
	for (const batch of batches) writer.write(batch, batch.length);
	writer.close();
	return path;
};

const EVENTS = [
	open({ time: 10 }),
	data({ time: 20, direction: 'in', pos: SERVER_POS, bytes: 'hello' }),
	data({ time: 15, direction: 'in', pos: SERVER_POS + 5, bytes: 'world, and more' }),
	close(30),
	end(40),
];

const sizeOf = (events: readonly Buffer[]): number => events.reduce((sum, event) => sum + event.length, 0);

test('what was written is read: facts and events', async () => {
	const path = record([Buffer.concat(EVENTS.slice(0, 2)), Buffer.concat(EVENTS.slice(2))]);
	assert.deepEqual(openRecording(path).info, { ...INFO, name: path, live: false });
	const { bytes, error, tornBytes } = await replay(path);
	assert.deepEqual(bytes, Buffer.concat(EVENTS));
	assert.equal(error, null);
	assert.equal(tornBytes, 0);
});

test('the file is private, also when it was there before', () => {
	const path = newPath();
	writeFileSync(path, 'old and longer than a header'.repeat(100), { mode: 0o644 });
	new RecordingWriter(path, INFO, unexpected).close();
	assert.equal(statSync(path).mode & 0o777, 0o600);
	assert.ok(statSync(path).size < 1000);
});

test('a recording that is cut anywhere in its last two events is read up to its last whole event', async () => {
	const path = record([Buffer.concat(EVENTS)]);
	const bytes = readFileSync(path);
	const headerBytes = bytes.length - sizeOf(EVENTS);
	const beforeLastTwo = headerBytes + sizeOf(EVENTS.slice(0, -2));
	for (let size = bytes.length - 1; size >= beforeLastTwo; size--) {
		const cut = newPath();
		writeFileSync(cut, bytes.subarray(0, size));
		const whole = EVENTS.slice(0, size >= beforeLastTwo + EVENTS[3]!.length ? 4 : 3);
		const last = whole.length === 4 ? 30 : 20;
		const result = await replay(cut);
		assert.deepEqual(result.bytes, Buffer.concat([...whole, end(last)]), `cut to ${size}`);
		assert.equal(result.error, null);
		assert.ok(result.tornBytes > 0 && result.tornBytes <= 32, `cut to ${size}: ${result.tornBytes}`);
	}
});

test('a recording with something behind its end is damaged there', async () => {
	const path = record([Buffer.concat(EVENTS)]);
	const valid = readFileSync(path);
	for (const more of [Buffer.of(0), valid, Buffer.concat(EVENTS), Buffer.alloc(MAX_EVENT_BYTES)]) {
		const longer = newPath();
		writeFileSync(longer, Buffer.concat([valid, more]));
		const { bytes, error, damagedFiles } = await replay(longer);
		assert.deepEqual(bytes, Buffer.concat(EVENTS));
		assert.match(error?.message ?? '', new RegExp(`damaged at byte ${valid.length}; what follows was not read`));
		assert.equal(damagedFiles, 1);
	}
	// The end of a slice.
	const big = data({ time: 20, direction: 'in', pos: SERVER_POS, bytes: 'x'.repeat((64 << 10) - 2000) });
	const start = [open({ time: 10 }), big];
	const rest = (64 << 10) - sizeOf([...start, end(40)]);
	const filler = data({
		time: 20,
		direction: 'in',
		pos: SERVER_POS,
		bytes: 'x'.repeat(rest - (big.length - ((64 << 10) - 2000))),
	});
	const slice = [...start, filler, end(40)];
	assert.equal(sizeOf(slice), 64 << 10);
	const whole = record([Buffer.concat(slice)]);
	assert.equal((await replay(whole)).error, null);
	writeFileSync(whole, Buffer.concat([readFileSync(whole), Buffer.of(0)]));
	assert.equal((await replay(whole)).damagedFiles, 1);
});

test('records longer than a slice are read', async () => {
	const long = (bytes: number) => {
		const record = Buffer.alloc(bytes);
		record.writeUInt32LE(bytes, 0);
		return record;
	};
	const records = [
		long(300 << 10),
		long(MAX_EVENT_BYTES),
		long(32),
		long(MAX_EVENT_BYTES - 8),
		long(200 << 10),
		end(40),
	];
	const { bytes, error, tornBytes } = await replay(record([Buffer.concat(records)]));
	assert.equal(error, null);
	assert.equal(tornBytes, 0);
	assert.ok(bytes.equals(Buffer.concat(records)));
});

test('a recording without any event ends at once', async () => {
	const { bytes, tornBytes } = await replay(record([]));
	assert.equal(bytes.length, 24);
	assert.equal(tornBytes, 24);
});

test('the end that is put in is at the largest time', async () => {
	const { bytes } = await replay(record([close(2 ** 33 + 1), close(2 ** 33 - 20_000)]));
	assert.deepEqual(bytes.subarray(-24), end(2 ** 33 + 1));
});

test('a large recording comes in slices of whole events; stopping it ends it', async () => {
	const large = Array.from({ length: 40 }, (_, i) =>
		data({ time: i, direction: 'in', pos: SERVER_POS + 100_000 * i, bytes: Buffer.alloc(100_000, i) }),
	);
	const path = record([...large, end(99)]);
	const whole = await replay(path);
	assert.deepEqual(whole.bytes, Buffer.concat([...large, end(99)]));
	assert.ok(whole.slices >= 4);
	const stopped = await replay(path, 1);
	assert.equal(stopped.slices, 2);
	assert.equal(stopped.error, null);
	assert.equal(stopped.tornBytes, 0);
	// The first slice is short: it holds one of them.
	assert.deepEqual(stopped.bytes, Buffer.concat([...large.slice(0, 1), end(0)]));
});

test('an event of an old recording that lost its place is told, with what was read before it', async () => {
	for (const damage of [
		[0, 0, 0, 0],
		[12, 0, 0, 0],
		[0xff, 0xff, 0xff, 0x7f],
		[29, 0, 0, 0],
	]) {
		const path = record([Buffer.concat(EVENTS)]);
		const bytes = oldRecording(readFileSync(path));
		const at = bytes.length - EVENTS[4]!.length - EVENTS[3]!.length;
		bytes.set(damage, at);
		writeFileSync(path, bytes);
		const result = await replay(path);
		assert.deepEqual(result.bytes, Buffer.concat([...EVENTS.slice(0, 3), end(20)]));
		assert.ok(result.error instanceof RecordingError);
		assert.equal(result.error.code, 'damaged');
		assert.match(result.error.message, new RegExp(`damaged at byte ${at};`));
		assert.deepEqual([result.tornBytes, result.damagedFiles], [0, 1]);
	}
});

test('what is no recording is refused with its reason', () => {
	const file = (bytes: Buffer | string): string => {
		const path = newPath();
		writeFileSync(path, bytes);
		return path;
	};
	const valid = readFileSync(record([]));
	const edited = (from: string, to: string): string =>
		file(valid.toString('latin1').replace(from, to.padEnd(from.length)));
	const cases: readonly [string, RecordingErrorCode, RegExp][] = [
		[join(folder, 'missing'), 'not-found', /no such file/],
		[folder, 'unreadable', /it is a directory/],
		[file(''), 'not-a-recording', /is not a recording/],
		[file('GET / HTTP/1.1\r\n\r\n'), 'not-a-recording', /is not a recording/],
		[file(valid.subarray(0, 10)), 'damaged', /ends in its header/],
		[file(valid.subarray(0, 40)), 'damaged', /header .* damaged/],
		[edited('"startMono":"', '"startMono":"x'), 'damaged', /header .* damaged/],
		[edited('"scope":[', '"scope":7,'), 'damaged', /header .* damaged/],
		[edited('CIQREC1', 'CIQREC2'), 'newer-version', /newer version/],
		[edited('"version":1', '"version":2'), 'newer-version', /newer version/],
	];
	for (const [path, code, message] of cases) {
		assert.throws(
			() => openRecording(path),
			(error) => error instanceof RecordingError && error.code === code && message.test(error.message),
			path,
		);
	}
});

test('a file that cannot be written is refused with its reason', () => {
	const path = join(folder, 'no', 'such', 'folder');
	assert.throws(
		() => new RecordingWriter(path, INFO, unexpected),
		(error) => error instanceof RecordingError && /cannot write .*: no such file or directory/.test(error.message),
	);
});

test('a device keeps its mode, and being full is told', () => {
	const mode = statSync('/dev/full').mode;
	assert.throws(
		() => new RecordingWriter('/dev/full', INFO, unexpected),
		(error) => error instanceof RecordingError && /disk full/.test(error.message),
	);
	assert.equal(statSync('/dev/full').mode, mode);
});

test('a file that was cut below its header is refused', () => {
	const path = record([]);
	truncateSync(path, 16);
	assert.throws(() => openRecording(path), RecordingError);
});

test('of two recordings in one file the later is whole, and the other says that it is not there', async () => {
	const path = newPath();
	const told: RecordingError[] = [];
	const event = data({ time: 1, direction: 'in', pos: SERVER_POS, bytes: 'x'.repeat(1000) });
	const last = end(2);
	const first = new RecordingWriter(path, INFO, (error) => told.push(error));
	first.write(event, event.length);
	const second = new RecordingWriter(path, INFO, unexpected);
	for (const batch of [event, event, last]) {
		first.write(batch, batch.length);
		second.write(batch, batch.length);
	}
	first.close();
	second.close();
	assert.deepEqual(
		told.map(({ code, message }) => [code, message]),
		[['unwritable', `recording ended: another program has taken the file after 1 event (${path})`]],
	);
	const { bytes, error } = await replay(path);
	assert.equal(error, null);
	assert.deepEqual(bytes, Buffer.concat([event, event, last]));
});

test('a recording whose file was emptied at its end says so', () => {
	const told: string[] = [];
	const path = newPath();
	const writer = new RecordingWriter(path, INFO, ({ message }) => told.push(message));
	truncateSync(path, 0);
	writer.close();
	assert.deepEqual(told, [`recording ended: another program has taken the file after 0 events (${path})`]);
	assert.equal(statSync(path).size, 0);
});
