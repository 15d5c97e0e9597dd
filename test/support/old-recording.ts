import { PREFIX_BYTES } from '../../engine/capture/recording-format.ts';
import { withoutChecks } from './events.ts';

const LENGTH_AT = PREFIX_BYTES - 4;

/** A whole recording as earlier versions wrote it: without checks. */
export const oldRecording = (recording: Buffer): Buffer => {
	const start = PREFIX_BYTES + recording.readUInt32LE(LENGTH_AT);
	const header = recording.toString('utf8', PREFIX_BYTES, start);
	const json = header.replace(/,"crc":"[0-9a-f]{8}"\} *$/, '}');
	const padded = json.padEnd(json.length + ((8 - ((PREFIX_BYTES + Buffer.byteLength(json)) % 8)) % 8));
	const prefix = Buffer.from(recording.subarray(0, PREFIX_BYTES));
	prefix.writeUInt32LE(Buffer.byteLength(padded), LENGTH_AT);
	return Buffer.concat([prefix, Buffer.from(padded), withoutChecks(recording.subarray(start))]);
};
