import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { InputError } from '../../engine/capture/input-error.ts';
import { RecordingError } from '../../engine/capture/recording-error.ts';
import { PREFIX_BYTES } from '../../engine/capture/recording-format.ts';
import { openRecording } from '../../engine/capture/recording-reader.ts';
import { writeRecording } from '../shell/recording.ts';
import { pcap, section } from './pcap/files.ts';
import { type Read, read } from './pcap/read.ts';
import { REQUEST, response, Talk } from './pcap/talk.ts';

/* Lengths in files at the ends of what 31 and 32 bits hold: what stands before them is read, and what is wrong is said. */

const LENGTHS = [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 8, 2 ** 32 - 4, 2 ** 32 - 1] as const;

const { packets } = new Talk()
	.handshake()
	.send('client', REQUEST)
	.send('server', response('hello'))
	.send('client', REQUEST)
	.send('server', response('again'));

/** Where the packet of the second request begins: behind the file's header and five records. */
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const secondAt = FILE_HEADER + packets.slice(0, 5).reduce((sum, { bytes }) => sum + RECORD_HEADER + bytes.length, 0);

/** What comes of a file whose packet of the second request has another length; null where it is refused. */
const readWith = async (file: Buffer, at: number, length: number): Promise<Read | null> => {
	file.writeUInt32LE(length, at);
	try {
		return await read(file);
	} catch (error) {
		assert.ok(error instanceof InputError, String(error));
		return null;
	}
};

const checkFirst = (result: Read | null): void => {
	assert.ok(result !== null && result.rows[0]?.response?.size === response('hello').length);
	const { error, cutBytes, gaps, truncated } = { ...result, ...result.completeness };
	const said = error !== null || result.tornBytes > 0 || cutBytes + gaps + truncated > 0;
	assert.ok(said, 'as if nothing were wrong');
};

describe('pcap: captured bytes of a packet', () => {
	for (const length of LENGTHS)
		test(`${length}`, async () => checkFirst(await readWith(pcap(packets), secondAt + 8, length)));
});

describe('pcapng: length of a block', () => {
	const file = section(packets);
	// The blocks of packets are the last ones; the last but one is the second request.
	const starts: number[] = [];
	for (let at = 0; at < file.length; at += file.readUInt32LE(at + 4)) starts.push(at);
	for (const length of LENGTHS)
		test(`${length}`, async () => checkFirst(await readWith(section(packets), starts.at(-2)! + 4, length)));
});

describe('recording', () => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-lengths-'));
	after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, 'a.ciqrec');
	writeRecording(path);
	const whole = readFileSync(path);
	const firstAt = PREFIX_BYTES + whole.readUInt32LE(PREFIX_BYTES - 4);

	const replay = (at: number, length: number): Promise<Error | null> => {
		const bytes = Buffer.from(whole);
		bytes.writeUInt32LE(length, at);
		writeFileSync(path, bytes);
		return new Promise((resolve) => {
			try {
				const source = openRecording(path);
				source.start(
					() => {},
					(error) => resolve(error ?? (source.tornBytes > 0 ? new Error('torn') : null)),
				);
			} catch (error) {
				resolve(error instanceof RecordingError ? error : null);
			}
		});
	};

	for (const length of LENGTHS) {
		test(`length of the header ${length}`, async () => assert.ok((await replay(PREFIX_BYTES - 4, length)) !== null));
		test(`length of a record ${length}`, async () => assert.ok((await replay(firstAt, length)) !== null));
	}
});
