import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { type Ran, rowsOf, run } from '../support/query.ts';

/** An exchange that ends at so many seconds. */
const ending = (seconds: number, latency = 5 * MS, remoteIp = '127.0.0.2') =>
	exchange({ at: seconds * SECOND - latency, latency, endpoint: { remoteIp } });

const tables = ({ signals }: Ran) => signals.filter((signal) => signal.kind === 'table');
const counts = (ran: Ran) => rowsOf(ran, 'count').flat();

describe('tumbling windows', () => {
	it('are [start, end) and begin with their bounds', async () => {
		const ran = await run('watch http | stat count() 5s', [ending(0), ending(4.999), ending(5), ending(9)]);
		assert.deepEqual(rowsOf(ran), [
			[0, 5 * SECOND, 2],
			[5 * SECOND, 10 * SECOND, 2],
		]);
		assert.deepEqual(
			ran.plan.schema.columns.map(({ name }) => name),
			['window_start', 'window_end', 'count'],
		);
	});

	it('are aligned to the epoch, not to the start of the capture', async () => {
		const startWall = 1_767_323_043_000_000_000n;
		const ran = await run('watch http | stat count() 5s', [ending(1), ending(3)], { startWall });
		assert.deepEqual(rowsOf(ran), [
			[-3 * SECOND, 2 * SECOND, 1],
			[2 * SECOND, 7 * SECOND, 1],
		]);
	});

	it('take a record by its end: one of six seconds is not late', async () => {
		const ran = await run('watch http | stat count() 5s', [ending(5.2), ending(5.9), ending(6.1, 6 * SECOND)]);
		assert.deepEqual(counts(ran), [0, 3]);
		assert.equal(ran.completeness.lateRows, 0);
	});

	it('close when the watermark has passed, by a record or by an idle tick', async () => {
		const ran = await run('watch http | stat count() by path 5s', [ending(1), 5.4 * SECOND]);
		assert.deepEqual(ran.signals.slice(0, -1), [{ kind: 'time', now: 5.4 * SECOND }]);
		const closed = await run('watch http | stat count() by path 5s', [ending(1), 5.5 * SECOND, ending(6)]);
		assert.equal(closed.signals[0]?.kind, 'table');
	});

	it('count and drop what comes too late', async () => {
		const ran = await run('watch http | stat count() 5s', [ending(1), ending(5.6), ending(4.9), ending(5.4)]);
		assert.deepEqual(counts(ran), [1, 2]);
		assert.equal(ran.completeness.lateRows, 1);
	});

	it('without records give one row ungrouped and none grouped', async () => {
		const sent = [ending(1), ending(16)];
		assert.deepEqual(counts(await run('watch http | stat count() 5s', sent)), [1, 0, 0, 1]);
		const grouped = await run('watch http | stat count() by path 5s', sent);
		assert.deepEqual(
			tables(grouped).map(({ rows }) => rows.length),
			[1, 1],
		);
	});

	it('of a broken clock are bounded', async () => {
		const ran = await run('watch http | stat count() 1ms', [ending(0), ending(1e9)]);
		assert.ok(tables(ran).length < 3000);
	});

	it('put sort and head into each table', async () => {
		const sent = [ending(1, 1 * MS, '10.0.0.1'), ending(2, 9 * MS, '10.0.0.2'), ending(6, 3 * MS, '10.0.0.3')];
		const ran = await run('watch http | stat by remote_ip slow(n=1) 5s', sent);
		assert.deepEqual(rowsOf(ran, 'remote_ip', 'max_latency'), [
			['10.0.0.2', 9 * MS],
			['10.0.0.3', 3 * MS],
		]);
	});

	it('can be aggregated again, each on its own', async () => {
		const sent = [ending(1, 1 * MS, '10.0.0.1'), ending(2, 9 * MS, '10.0.0.2'), ending(6)];
		const ran = await run('watch http | stat count() by remote_ip 5s | stat addresses = count()', sent);
		assert.deepEqual(rowsOf(ran), [
			[0, 5 * SECOND, 2],
			[5 * SECOND, 10 * SECOND, 1],
		]);
	});

	it('give every record to exactly one window', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 50 }), async (milliseconds) => {
				const sorted = milliseconds.sort((a, b) => a - b);
				const ran = await run(
					'watch http | stat count() by path 700ms',
					sorted.map((ms) => ending(ms / 1000)),
				);
				const total = counts(ran).reduce<number>((sum, n) => sum + Number(n), 0);
				assert.equal(total, milliseconds.length);
				for (const { window } of tables(ran)) assert.equal(window!.end - window!.start, 700 * MS);
			}),
			{ numRuns: 50 },
		);
	});
});

describe('running aggregates', () => {
	it('are given once, at the end, when nobody asks earlier', async () => {
		const ran = await run('watch http | stat count()', [ending(1), ending(2)]);
		assert.deepEqual(
			tables(ran).map(({ final, rows }) => [final, rows]),
			[[true, [[2]]]],
		);
		assert.equal(ran.plan.collects, true);
	});

	it('are refreshed by event time, ticks included', async () => {
		const sent = [ending(0.1), ending(0.2), ending(1.2), 2.5 * SECOND];
		const ran = await run('watch http | stat count()', sent, { refreshEvery: SECOND });
		assert.deepEqual(
			tables(ran).map(({ final, rows }) => [final, rows[0]]),
			[
				[false, [1]],
				[false, [3]],
				[false, [3]],
				[true, [3]],
			],
		);
	});

	it('of nothing are a row ungrouped', async () => {
		assert.deepEqual(rowsOf(await run('watch http | stat count(), sum(latency), max(latency)', [])), [[0, 0, null]]);
		assert.deepEqual(rowsOf(await run('watch http | stat count() by path', [])), []);
	});
});
