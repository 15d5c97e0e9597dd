import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileSource } from '../../../engine/capture/file-source.ts';
import { openFiles } from '../../../engine/capture/open-files.ts';
import { newCompleteness } from '../../../engine/completeness.ts';
import { KYANOS, line } from './logs.ts';

test('a log that is not read to its end is not cut off', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-log-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, 'a.ndjson');
	// More than is read at once, so that the last line of what is read has no end.
	writeFileSync(path, line(KYANOS).repeat(20_000));
	const source = await openFiles(fileSource([path], []));
	let rows = 0;
	const error = await new Promise<Error | null>((resolve) => {
		const request = {
			startWall: source.info.startWall,
			demand: { ...source.info.demand, fields: ['path'] },
			onRows: ({ length }: readonly unknown[]) => {
				rows += length;
				source.stop();
			},
			onQuick: () => {},
			onTime: () => {},
		};
		source.startExchanges?.(request, resolve);
	});
	const completeness = newCompleteness();
	source.countMissing?.(completeness);
	assert.equal(error, null);
	assert.ok(rows > 0 && rows < 20_000);
	assert.deepEqual(completeness, newCompleteness());
});
