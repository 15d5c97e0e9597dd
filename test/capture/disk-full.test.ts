import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Fills a small file system that only this process and its child see. */
const SCRIPT = `
	import { statSync } from 'node:fs';
	import { openRecording } from ${JSON.stringify(import.meta.resolve('../../engine/capture/recording-reader.ts'))};
	import { RecordingWriter } from ${JSON.stringify(import.meta.resolve('../../engine/capture/recording-writer.ts'))};
	import { captureInfo, data, SERVER_POS, withoutChecks } from ${JSON.stringify(import.meta.resolve('../support/events.ts'))};
	const path = process.argv[1] + '/full.ciqrec';
	const failures = [];
	const writer = new RecordingWriter(path, captureInfo(), (error) => failures.push([error.code, error.message]));
	const header = statSync(path).size;
	const batch = Buffer.concat(
		Array.from({ length: Number(process.argv[2]) }, (_, i) => data({ time: i, direction: 'in', pos: SERVER_POS, bytes: 'x'.repeat(Number(process.argv[3])) })),
	);
	for (let i = 0; i < 20; i++) writer.write(batch, batch.length);
	writer.close();
	let bytes = 0;
	let records = 0;
	const source = openRecording(path);
	source.start(
		(all, length) => { bytes += length; records += withoutChecks(all.subarray(0, length)).length; },
		(error) => {
			const event = batch.length / Number(process.argv[2]);
			const size = statSync(path).size - header;
			console.log(JSON.stringify({ failures, events: (records - 24) / event, read: bytes === size, error, torn: source.tornBytes }));
		},
	);
`;

interface Case {
	readonly disk: string;
	readonly batch: number;
	readonly payload: number;
	readonly least: number;
	readonly most: number;
}

const CASES: Readonly<Record<string, Case>> = {
	'within a block': { disk: '64k', batch: 10, payload: 1000, least: 50, most: 63 },
	'within the second block of a batch': { disk: '64k', batch: 100, payload: 1000, least: 50, most: 63 },
	// Of the second there is no whole event: the end comes behind the first.
	'behind a block that is as large as one may be': { disk: '36k', batch: 4, payload: 8136, least: 4, most: 4 },
};

for (const [name, { disk, batch, payload, least, most }] of Object.entries(CASES)) {
	test(`on a full disk the recording ends at its last whole event, and says so once: ${name}`, (t) => {
		const folder = mkdtempSync(join(tmpdir(), 'ciq-full-'));
		t.after(() => rmSync(folder, { recursive: true }));
		const mount = `mount -t tmpfs -o size=${disk} tmpfs "$1" && exec "$2" --input-type=module -e "$3" "$1" "$4" "$5"`;
		const { status, stdout, stderr } = spawnSync(
			'unshare',
			['--mount', 'sh', '-c', mount, 'sh', folder, process.execPath, SCRIPT, String(batch), String(payload)],
			{ encoding: 'utf8' },
		);
		if (status !== 0 && /unshare|mount/.test(stderr)) {
			t.skip(`a file system of our own needs root: ${stderr.trim()}`);
			return;
		}
		assert.equal(status, 0, stderr);
		const { failures, events, read, error, torn } = JSON.parse(stdout);
		assert.ok(Number.isInteger(events) && events >= least && events <= most, `${events} events`);
		assert.deepEqual(failures, [
			['disk-full', `recording ended: disk full after ${events} events (${folder}/full.ciqrec)`],
		]);
		assert.deepEqual({ read, error, torn }, { read: true, error: null, torn: 0 });
	});
}
