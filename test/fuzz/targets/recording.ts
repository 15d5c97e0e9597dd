import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventType } from '../../../engine/capture/events.ts';
import { PREFIX_BYTES } from '../../../engine/capture/recording-format.ts';
import { openRecording, RecordingError } from '../../../engine/capture/recording-reader.ts';
import { CLIENT_POS, data, stage, state } from '../../support/events.ts';
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

const run = async (input: Uint8Array): Promise<void> => {
	try {
		await drain(openRecording(asFile(input)));
	} catch (error) {
		if (!(error instanceof RecordingError)) throw error;
	}
};

/** The head of a real recording, and parts of what follows. */
const seeds = (): Uint8Array[] => {
	const bytes = readFileSync(join(ROOT, 'examples/shop.ciqrec'));
	const starts = recordStarts(bytes);
	const head = bytes.subarray(0, starts[1]);
	return [0, 1, 2, 3].map((part) => {
		const start = starts[1 + Math.floor((part * starts.length) / 5)] ?? 0;
		return Buffer.concat([head, bytes.subarray(start, start + SEED_BYTES)]);
	});
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
