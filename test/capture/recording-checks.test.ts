import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Check, EventType, Header, MAX_EVENT_BYTES } from '../../engine/capture/events.ts';
import { RecordingError } from '../../engine/capture/recording-error.ts';
import { PREFIX_BYTES } from '../../engine/capture/recording-format.ts';
import { RecordingWriter } from '../../engine/capture/recording-writer.ts';
import { captureInfo, check, close, data, end, open, SERVER_POS, withoutChecks } from '../support/events.ts';
import { oldRecording } from '../support/old-recording.ts';
import { type Replayed, replay } from './replay.ts';

/* Recordings whose bytes are not those that were written. */

const folder = mkdtempSync(join(tmpdir(), 'ciq-checks-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'a.ciqrec');

const recordingOf = (batches: readonly Buffer[]): Buffer => {
	const writer = new RecordingWriter(path, captureInfo(), assert.fail);
	for (const batch of batches) writer.write(batch, batch.length);
	writer.close();
	return readFileSync(path);
};

const headerEnd = (bytes: Buffer): number => PREFIX_BYTES + bytes.readUInt32LE(PREFIX_BYTES - 4);

/** Where the checks are in a whole recording. */
const checksOf = (bytes: Buffer): number[] => {
	const places: number[] = [];
	for (let at = headerEnd(bytes); at < bytes.length; at += bytes.readUInt32LE(at))
		if (bytes[at + Header.type] === EventType.check) places.push(at);
	return places;
};

const replayBytes = (bytes: Buffer): Promise<Replayed> => {
	writeFileSync(path, bytes);
	return replay(path);
};

const flipped = (bytes: Buffer, at: number, bit = 0): Buffer => {
	const copy = Buffer.from(bytes);
	copy[at]! ^= 1 << bit;
	return copy;
};

const SMALL = [
	open({ time: 10 }),
	data({ time: 20, direction: 'in', pos: SERVER_POS, bytes: 'hello' }),
	close(30),
	end(40),
];

/** Many blocks: each event is another one. */
const EVENTS = Array.from({ length: 40 }, (_, i) =>
	data({ time: i, direction: 'in', pos: SERVER_POS + 20_000 * i, bytes: Buffer.alloc(20_000, i) }),
);
const LARGE = recordingOf([...EVENTS, end(99)]);

test('no flipped bit goes unnoticed, and what is damaged is not handed on', async () => {
	const whole = recordingOf([Buffer.concat(SMALL.slice(0, 2)), Buffer.concat(SMALL.slice(2))]);
	const records = [...SMALL, end(0), end(20)].map((event) => event.toString('hex'));
	for (let at = 0; at < whole.length; at++) {
		for (let bit = 0; bit < 8; bit++) {
			let result: Replayed;
			try {
				result = await replayBytes(flipped(whole, at, bit));
			} catch (error) {
				assert.ok(error instanceof RecordingError && at < headerEnd(whole), `byte ${at}, bit ${bit}: ${error}`);
				continue;
			}
			assert.ok(result.error !== null || result.tornBytes > 0, `byte ${at}, bit ${bit}`);
			assert.ok(result.damagedFiles + result.damagedBytes + result.tornBytes > 0, `byte ${at}, bit ${bit}`);
			for (let from = 0; from < result.bytes.length; from += result.bytes.readUInt32LE(from)) {
				const event = result.bytes.subarray(from, from + result.bytes.readUInt32LE(from));
				assert.ok(records.includes(event.toString('hex')) || event[Header.type] === EventType.end, `byte ${at}`);
			}
		}
	}
});

test('one damaged block is left out, and the rest is read', async () => {
	const checks = checksOf(LARGE);
	assert.equal(checks.length, 41);
	for (const index of [0, 7, 39]) {
		const [from, to] = [checks[index]!, checks[index + 1]!];
		const expected = [...EVENTS.filter((_, i) => i !== index), end(99)];
		// Payload, length of the event, its type; time, offset, length and CRC of the check.
		for (const place of [1000, Check.bytes, Check.bytes + Header.type, Header.time, Check.offset, Check.crc]) {
			const { error, bytes, damagedBytes, damagedFiles } = await replayBytes(flipped(LARGE, from + place, 3));
			assert.ok(bytes.equals(Buffer.concat(expected)), `block ${index}, byte ${place}`);
			assert.equal(error?.message, `${path}: the recording is damaged from byte ${from} to ${to}, which was left out`);
			assert.deepEqual([damagedBytes, damagedFiles], [to - from, 0]);
		}
	}
});

test('the length of a check is damaged: at most the next block is left out, too', async () => {
	const from = checksOf(LARGE)[7]!;
	for (let bit = 3; bit < 32; bit++) {
		const { error, bytes } = await replayBytes(flipped(LARGE, from + Check.len + (bit >> 3), bit & 7));
		assert.match(error?.message ?? '', new RegExp(`damaged from byte ${from} to `));
		const found = bytes.length - Buffer.concat([end(99)]).length;
		assert.ok(found >= 38 * EVENTS[0]!.length, `bit ${bit}: ${found} bytes`);
		assert.ok(bytes.subarray(-24).equals(end(99)));
	}
});

test('several damaged places are counted; one at the end takes the rest', async () => {
	const checks = checksOf(LARGE);
	const twice = flipped(flipped(LARGE, checks[3]! + 100), checks[9]! + 100);
	const block = checks[1]! - checks[0]!;
	const first = await replayBytes(twice);
	assert.equal(
		first.error?.message,
		`${path}: the recording is damaged at 2 places, the first from byte ${checks[3]} to ${checks[4]}, which were left out: ${2 * block} bytes`,
	);
	const last = await replayBytes(flipped(LARGE, checks[40]! + Check.bytes + Header.type));
	assert.match(last.error?.message ?? '', new RegExp(`damaged at byte ${checks[40]}; what follows was not read`));
	assert.equal(last.damagedFiles, 1);
	assert.ok(last.bytes.equals(Buffer.concat([...EVENTS, end(39)])));
});

test('a recording that passed as payload is none of the damaged one that holds it', async () => {
	const inner = recordingOf(SMALL);
	const carrier = data({ time: 5, direction: 'in', pos: SERVER_POS, bytes: inner });
	const outer = recordingOf([carrier, close(50), end(60)]);
	const { bytes, error } = await replayBytes(flipped(outer, checksOf(outer)[0]! + Check.bytes + 1));
	assert.ok(bytes.equals(Buffer.concat([close(50), end(60)])));
	assert.ok(error !== null);
});

test('many events in one batch are several blocks', async () => {
	const events = [...EVENTS, end(99)];
	const { bytes, error } = await replayBytes(recordingOf([Buffer.concat(events)]));
	assert.equal(error, null);
	assert.ok(bytes.equals(Buffer.concat(events)));
});

test('a recording that is cut anywhere is torn, and damage before that is told as well', async () => {
	const whole = recordingOf(SMALL);
	for (let size = headerEnd(whole); size < whole.length; size++) {
		const { bytes, error, tornBytes } = await replayBytes(whole.subarray(0, size));
		assert.equal(error, null);
		assert.ok(tornBytes > 0, `cut to ${size}`);
		assert.ok(withoutChecks(whole.subarray(headerEnd(whole))).includes(bytes.subarray(0, -24)), `cut to ${size}`);
	}
	const cut = flipped(LARGE.subarray(0, -24), checksOf(LARGE)[3]! + 100);
	const { error, tornBytes, damagedBytes } = await replayBytes(cut);
	assert.match(error?.message ?? '', /which was left out$/);
	assert.ok(tornBytes > 0 && damagedBytes > 0);
});

test('a recording without checks is read as before', async () => {
	const old = oldRecording(LARGE);
	assert.deepEqual(checksOf(old), []);
	const { bytes, error, tornBytes } = await replayBytes(old);
	assert.deepEqual([error, tornBytes], [null, 0]);
	assert.ok(bytes.equals(Buffer.concat([...EVENTS, end(99)])));
});

test('checks that promise more than there is, one behind the other, are passed over', async () => {
	const header = LARGE.subarray(0, headerEnd(LARGE));
	const seed = Number.parseInt(/"crc":"([0-9a-f]{8})"/.exec(header.toString())![1]!, 16);
	const parts = [header];
	let offset = header.length;
	for (let i = 0; i < 5000; i++) {
		const promise = check(offset, Buffer.alloc(8), seed);
		promise.writeUInt32LE(MAX_EVENT_BYTES, Check.len);
		// The length of the one event that it seems to have.
		const length = Buffer.alloc(24);
		length.writeUInt32LE(MAX_EVENT_BYTES);
		const whole = check(offset + promise.length + length.length, close(i), seed);
		parts.push(promise, length, whole, close(i));
		offset += promise.length + length.length + whole.length + close(i).length;
	}
	const { bytes, error } = await replayBytes(Buffer.concat(parts));
	assert.match(error?.message ?? '', /damaged at \d+ places/);
	assert.equal(bytes.length, 5000 * close(0).length + end(0).length);
});
