import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../shell/program.ts';
import fc from '../../support/property.ts';
import { KYANOS, line, readLogs } from './logs.ts';

const BOUND = 50e6;

/** An exchange that takes so many ns. */
const taking = (ns: number): object => ({
	...KYANOS,
	start_time: '2024-01-01T12:00:00.000000000Z',
	end_time: `2024-01-01T12:00:00.${String(ns).padStart(9, '0')}Z`,
});

/** An end in front of all starts. */
const BEFORE = '2024-01-01T11:59:59.999999999Z';

const FIELDS = ['ts', 'latency', 'path'];

test('what takes as long as is asked for comes, the others are counted', async () => {
	const log = [BOUND - 1, BOUND, 0, BOUND + 1].map((ns) => line(taking(ns))).join('');
	const { rows, quick } = await readLogs([log], FIELDS, undefined, BOUND);
	assert.deepEqual(
		rows.map(({ endTime, startTime }) => endTime - startTime),
		[BOUND, BOUND + 1],
	);
	assert.equal(quick, 2);
});

test('what ends before it begins is neither', async () => {
	const log = line(KYANOS) + line({ ...taking(0), end_time: BEFORE }).repeat(3);
	for (const least of [0, 1, BOUND]) {
		const { rows, quick, completeness } = await readLogs([log], FIELDS, undefined, least);
		assert.deepEqual([rows.length, quick, completeness.wrongLines], [1, 0, 3]);
	}
});

test('they are counted up to the end, with rows behind them or without', async () => {
	const many = 2000;
	const log = line(taking(BOUND)) + line(taking(1)).repeat(many);
	const { rows, quick } = await readLogs([log, log], FIELDS, undefined, BOUND);
	assert.deepEqual([rows.length, quick], [2, 2 * many]);
});

test('each is a row or counted, whatever the order of its names, and wrong lines are neither', async () => {
	const other = (document: object): object => Object.fromEntries(Object.entries(document).toReversed());
	const one = fc.tuple(
		fc.nat(2 * BOUND),
		fc.constantFrom(
			line,
			(document: object) => line(other(document)),
			() => 'x\n',
			(document: object) => line({ ...document, end_time: BEFORE }),
			(document: object) => line(other({ ...document, end_time: BEFORE })),
		),
	);
	await fc.assert(
		fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (some) => {
			const log = line(KYANOS) + some.map(([ns, write]) => write(taking(ns))).join('');
			const all = await readLogs([log], FIELDS);
			const { rows, quick, completeness } = await readLogs([log], FIELDS, undefined, BOUND);
			assert.equal(rows.length + quick, all.rows.length);
			assert.deepEqual(completeness, all.completeness);
			const slow = ({ startTime, endTime }: { readonly startTime: number; readonly endTime: number }): boolean =>
				endTime - startTime >= BOUND;
			assert.equal(rows.filter(slow).length, all.rows.filter(slow).length);
			assert.equal(all.quick, 0);
		}),
		{ numRuns: 50 },
	);
});

test('exchanges of the protocols that are asked for count as read, and explain --run shows them all', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-quick-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const log = line(taking(BOUND)) + line({ ...taking(1), protocol: 'Redis' }) + line(taking(1)) + line(taking(2));
	writeFileSync(join(folder, 'x.ndjson'), log);
	const query = 'from "x.ndjson" http | where latency >= 50ms | select path';
	const end = run(['-e', query], { cwd: folder });
	assert.match(end.stderr, /^claudeinsight: 1 row from 3 exchanges, nothing lost$/m);
	const measured = run(['-e', `explain --run ${query}`, '--format', 'json'], { cwd: folder });
	assert.match(measured.stdout, /"where latency >= 50ms","rows_in":3,"rows_out":1,/, measured.stderr);
});
