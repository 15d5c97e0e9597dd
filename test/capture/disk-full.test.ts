import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Fills a file system of 64 KiB that only this process and its child see. */
const SCRIPT = `
	import { statSync } from 'node:fs';
	import { openRecording } from ${JSON.stringify(import.meta.resolve('../../engine/capture/recording-reader.ts'))};
	import { RecordingWriter } from ${JSON.stringify(import.meta.resolve('../../engine/capture/recording-writer.ts'))};
	import { captureInfo, data, SERVER_POS } from ${JSON.stringify(import.meta.resolve('../support/events.ts'))};
	const path = process.argv[1] + '/full.ciqrec';
	const failures = [];
	const writer = new RecordingWriter(path, captureInfo(), (error) => failures.push([error.code, error.message]));
	const header = statSync(path).size;
	const batch = Buffer.concat(
		Array.from({ length: 10 }, (_, i) => data({ time: i, direction: 'in', pos: SERVER_POS, bytes: 'x'.repeat(1000) })),
	);
	for (let i = 0; i < 20; i++) writer.write(batch, batch.length);
	writer.close();
	let bytes = 0;
	const source = openRecording(path);
	source.start(
		(_, length) => { bytes += length; },
		(error) => {
			const event = batch.length / 10;
			const size = statSync(path).size - header - 24;
			console.log(JSON.stringify({ failures, events: size / event, read: bytes - 24 === size, error, torn: source.tornBytes }));
		},
	);
`;

test('on a full disk the recording ends at its last whole event, and says so once', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-full-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const mount = 'mount -t tmpfs -o size=64k tmpfs "$1" && exec "$2" --input-type=module -e "$3" "$1"';
	const { status, stdout, stderr } = spawnSync(
		'unshare',
		['--mount', 'sh', '-c', mount, 'sh', folder, process.execPath, SCRIPT],
		{ encoding: 'utf8' },
	);
	if (status !== 0 && /unshare|mount/.test(stderr)) {
		t.skip(`a file system of our own needs root: ${stderr.trim()}`);
		return;
	}
	assert.equal(status, 0, stderr);
	const { failures, events, read, error, torn } = JSON.parse(stdout);
	assert.ok(Number.isInteger(events) && events > 50 && events < 64, `${events} events`);
	assert.deepEqual(failures, [
		['disk-full', `recording ended: disk full after ${events} events (${folder}/full.ciqrec)`],
	]);
	assert.deepEqual({ read, error, torn }, { read: true, error: null, torn: 0 });
});
