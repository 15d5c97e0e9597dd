import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Check, EventType, Header } from '../../../engine/capture/events.ts';
import { crc32 } from '../../../engine/capture/recording-check.ts';
import { RecordingError } from '../../../engine/capture/recording-error.ts';
import { encodeHeader, PREFIX_BYTES } from '../../../engine/capture/recording-format.ts';
import { openRecording } from '../../../engine/capture/recording-reader.ts';
import { CLIENT_POS, captureInfo, check, data, stage, state } from '../../support/events.ts';
import { ROOT } from '../../support/tool.ts';
import { latin1, type Target } from '../target.ts';
import { asFile, drain } from './files.ts';

const HEADER_AT = 8;
const SEED_BYTES = 6000;

/** Where the header and the records of a recording begin. */
const recordStarts = (input: Uint8Array): number[] => {
	const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
	const starts = [0];
	let at = bytes.length < PREFIX_BYTES ? bytes.length : PREFIX_BYTES + bytes.readUInt32LE(HEADER_AT);
	while (at + 4 <= bytes.length) {
		starts.push(at);
		at += Math.max(8, bytes.readUInt32LE(at));
	}
	return starts;
};

/**
 * The CRC of the header and of each check made right, as far as the records before it have lengths; else what lies
 * behind would never be reached. Places and lengths are left as they are: what they may come to is looked for, too.
 */
const withChecks = (input: Uint8Array): Uint8Array => {
	const bytes = Buffer.from(input);
	const [, first = bytes.length, ...others] = recordStarts(bytes);
	const seed = mendHeader(bytes.subarray(0, first));
	for (const at of [first, ...others]) {
		if (at + Check.bytes > bytes.length || bytes[at + Header.type] !== EventType.check) continue;
		const start = at + Check.bytes;
		const records = crc32(bytes.subarray(start, start + bytes.readUInt32LE(at + Check.len)), seed);
		bytes.writeUInt32LE(crc32(bytes.subarray(at, at + Check.crc), records), at + Check.crc);
	}
	return bytes;
};

/** Gives its CRC. */
const mendHeader = (bytes: Buffer): number => {
	const member = /,"crc":"[0-9a-f]{8}"\} *$/.exec(bytes.toString('latin1'));
	if (member === null || member.index < PREFIX_BYTES) return 0;
	const crc = crc32(bytes.subarray(PREFIX_BYTES, member.index), 0);
	bytes.write(crc.toString(16).padStart(8, '0'), member.index + ',"crc":"'.length);
	return crc;
};

const run = async (input: Uint8Array): Promise<void> => {
	try {
		await drain(openRecording(asFile(withChecks(input))));
	} catch (error) {
		if (!(error instanceof RecordingError)) throw error;
	}
};

/** The head of a real recording, and parts of what follows. */
const seeds = (): Uint8Array[] => {
	const bytes = readFileSync(join(ROOT, 'examples/shop.ciqrec'));
	const starts = recordStarts(bytes);
	const head = bytes.subarray(0, starts[1]);
	const parts = [0, 1, 2, 3].map((part) => {
		const start = starts[1 + Math.floor((part * starts.length) / 5)] ?? 0;
		return bytes.subarray(start, start + SEED_BYTES);
	});
	return parts.flatMap((part) => [Buffer.concat([head, part]), inBlocks(part)]);
};

const RECORDS_OF_A_BLOCK = 5;

/** A recording of these records, the last of which may be cut off, that has checks. */
const inBlocks = (records: Buffer): Buffer => {
	const { bytes, seed } = encodeHeader(captureInfo());
	const blocks = [bytes];
	let offset = bytes.length;
	for (let at = 0; at + Header.bytes <= records.length; ) {
		const start = at;
		for (let i = 0; i < RECORDS_OF_A_BLOCK && at + Header.bytes <= records.length; i++)
			at += Math.max(Header.bytes, records.readUInt32LE(at));
		const block = records.subarray(start, at);
		blocks.push(check(offset, block, seed), block);
		offset += Check.bytes + block.length;
	}
	return Buffer.concat(blocks);
};

/** Recordings: header, records, and the events that they hold. */
export const recording: Target = {
	name: 'recording',
	seeds,
	dictionary: [
		...['CIQREC1\n', '"payloadBytes":"all"', '"startMono":"-1"', '{', '}', 'null', '[]', 'GET / HTTP/1.1\r\n\r\n'].map(
			latin1,
		),
		...Object.values(EventType).map((type) => Uint8Array.of(24, 0, 0, 0, type, 0, 0, 0)),
		data({ time: 1, direction: 'out', pos: CLIENT_POS, bytes: 'GET / HTTP/1.1\r\n\r\n' }),
		state({ time: 2, newState: 7, error: 104 }),
		stage({ time: 3, direction: 'out', pos: CLIENT_POS, len: 5, stages: {} }),
	],
	units: recordStarts,
	maxBytes: 1 << 14,
	maxSteps: { base: 200_000, perByte: 100 },
	run,
};
