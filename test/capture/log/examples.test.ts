import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { allEntries, operatorEntries } from '../../../engine/shell/reference/entries.ts';
import type { Entry } from '../../../engine/shell/reference/entry.ts';
import { session } from '../../support/session.ts';

/* A log is read for what the plan of a query names: what an operator reads without saying so would be missing. */

const RECORDING = join(import.meta.dirname, '../../../examples/shop.ciqrec');

/** What a recording knows and its log does not. */
const UNTOLD: readonly RegExp[] = [
	/\b(?:ttfb|transfer_time|connect_time|retransmits|rtt|exe|exe_name|remote_name)\b/,
	/\b(?:new_connections|breakdown)\b/,
	// Records, and the formats that show all of them, have those fields.
	/\b(?:slow|bigreq|bigresp)\b|, this\) by route$|join \{ watch http where side == "server" \} as srv on id within 5s$|to (?:detail|har|otlp)\b/,
	// A recording has the bytes of which a log has what they are.
	/^watch unknown/,
	// The capture began before its first exchange: there are windows without any.
	/(?:^stat http count\(\) (?:over 1m )?every 5s|\| rate)(?: \||$)/,
	// The moment is another one each time.
	/\bnow\(\)/,
];

const examplesOf = (entries: readonly Entry[]): readonly string[] =>
	entries.flatMap(({ examples }) => examples).filter((query) => /^(?:watch|stat)\b/.test(query));

/** Of rows that come out whole all of a line is kept; of those that are only counted what was named. */
const counted = examplesOf(operatorEntries())
	.filter((query) => !/\| (?:to|tee) /.test(query))
	.map((query) => `${query} | stat count()`);

const queries = [...examplesOf(allEntries()), ...counted].filter(
	(query) => !UNTOLD.some((pattern) => pattern.test(query)),
);

describe('every example gives the same of a recording and of the log that is made of it', () => {
	const home = process.cwd();
	const folder = mkdtempSync(join(tmpdir(), 'ciq-log-'));
	before(async () => {
		process.chdir(folder);
		copyFileSync(RECORDING, 'shop.ciqrec');
		writeFileSync('shop.ndjson', (await session('watch', 'shop.ciqrec')).out);
	});
	after(() => {
		process.chdir(home);
		rmSync(folder, { recursive: true });
	});

	for (const query of new Set(queries))
		it(query, async () => {
			const shown = query.replace(/(\| to \w+) "[^"]+"$/, '$1');
			const [recording, log] = [await session(shown, 'shop.ciqrec'), await session(shown, 'shop.ndjson')];
			assert.deepEqual([log.out, log.status], [recording.out, recording.status], log.errors);
		});
});
