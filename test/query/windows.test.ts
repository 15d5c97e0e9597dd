import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import fc from '../support/property.ts';
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

	it('last until the last row that came before the end, whatever a condition lets through', async () => {
		const batch = [ending(1), ending(7), ending(12, 6 * MS), ending(33)];
		for (const stop of ['head 3', 'limit 3', 'until latency == 6ms'])
			for (const condition of ['status == 200', 'status == 1']) {
				const query = `watch http | ${stop} | where ${condition} | stat count() 5s`;
				const starts = rowsOf(await run(query, [batch]), 'window_start').flat();
				assert.deepEqual(starts, [0, 5 * SECOND, 10 * SECOND], query);
			}
	});

	it('last until the time at which the query ends, of a file as live, in whatever batches its rows come', async () => {
		const [first, second, third, late] = [ending(1), ending(7), ending(12), ending(33)];
		const ways = [
			[[first, second, third, late]],
			[first, second, third, late],
			[[first, second], 15 * SECOND, 20.2 * SECOND],
		];
		for (const sent of ways)
			for (const condition of ['status == 200', 'status == 1']) {
				const query = `watch http | until 20s | where ${condition} | stat count() 5s`;
				const starts = rowsOf(await run(query, sent), 'window_start').flat();
				assert.deepEqual(starts, [0, 5 * SECOND, 10 * SECOND, 15 * SECOND], query);
			}
	});

	it('are what a `stat` of their tables is by, also where it is written', async () => {
		const sent = [[ending(1), ending(2, 6 * MS), ending(7)]];
		for (const by of ['', 'by window_start', 'by window_start, window_end']) {
			const ran = await run(`watch http | stat count() by latency 5s | stat n = sum(count) ${by}`, sent);
			assert.deepEqual(rowsOf(ran), [
				[0, 5 * SECOND, 2],
				[5 * SECOND, 10 * SECOND, 1],
			]);
		}
		const keyed = await run('watch http | stat count() by latency 5s | stat count() by window_start, latency', sent);
		assert.deepEqual(
			keyed.plan.schema.columns.map(({ name }) => name),
			['window_start', 'window_end', 'latency', 'count'],
		);
	});

	it('tell a `stat` behind `window` what its rates are per second of', async () => {
		const sent = [[ending(1), ending(2), ending(7)]];
		for (const between of ['', '| where status == 200', '| select latency', '| sort latency']) {
			const ran = await run(`watch http | window 5s ${between} | stat rate()`, sent);
			assert.deepEqual(rowsOf(ran, 'rate'), [[0.4], [0.2]], between);
		}
		await assert.rejects(run('watch http | window 5s | stat count() by latency | stat rate()', sent), /CIQ508/);
	});

	it('are aligned to the epoch, not to the start of the capture', async () => {
		const startWall = 1_767_323_043_000_000_000n;
		const ran = await run('watch http | stat count() 5s', [ending(1), ending(3)], { startWall });
		assert.deepEqual(rowsOf(ran), [
			[-3 * SECOND, 2 * SECOND, 1],
			[2 * SECOND, 7 * SECOND, 1],
		]);
	});

	it('may be as short as a nanosecond', async () => {
		const startWall = 1_767_323_043_123_456_789n;
		const sent = [
			exchange({ at: 3, latency: 1 }),
			exchange({ at: 999, latency: 1 }),
			exchange({ at: 1000, latency: 1 }),
		];
		assert.deepEqual(rowsOf(await run('watch http | stat count() by path 1ns', sent, { startWall })), [
			[4, 5, '/api/items', 1],
			[1000, 1001, '/api/items', 1],
			[1001, 1002, '/api/items', 1],
		]);
		const sliding = await run('watch http | stat count() by path over 4ns every 2ns', [sent[0]], { startWall });
		assert.deepEqual(rowsOf(sliding), [[1, 5, '/api/items', 1]]);
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

describe('sliding windows', () => {
	it('overlap, and end with the first that has every row', async () => {
		const ran = await run('watch http | stat count() over 4s every 2s', [ending(0.5), ending(3.5), ending(5.2)], {
			startWall: 1_767_323_044_000_000_000n,
		});
		assert.deepEqual(rowsOf(ran), [
			[-2 * SECOND, 2 * SECOND, 1],
			[0, 4 * SECOND, 2],
			[2 * SECOND, 6 * SECOND, 2],
		]);
	});

	it('equal a plain computation, whatever their lengths, for every aggregate that merges', async () => {
		const lengths = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
		const rows = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 9000 }), path: fc.constantFrom('/a', '/b') }), {
			minLength: 1,
			maxLength: 40,
		});
		await fc.assert(
			fc.asyncProperty(lengths, rows, async ([a, b], told) => {
				const [length, every] = [Math.max(a, b) * 300, Math.min(a, b) * 300];
				const sent = told
					.toSorted((x, y) => x.ms - y.ms)
					.map(({ ms, path }) => exchange({ at: ms * MS - ms, latency: ms, target: path }));
				const ran = await run(
					`watch http | stat count(), sum(latency), p50(latency), dcount(latency), first(latency) by path over ${length}ms every ${every}ms`,
					sent,
				);
				for (const [start, end, path, count, sum, p50, dcount, first] of rowsOf(ran)) {
					const own = told
						.filter((one) => one.path === path && one.ms * MS >= Number(start) && one.ms * MS < Number(end))
						.map(({ ms }) => ms)
						.sort((x, y) => x - y);
					assert.equal(Number(end) - Number(start), length * MS);
					assert.deepEqual([count, dcount, first], [own.length, new Set(own).size, own[0]]);
					assert.equal(
						sum,
						own.reduce((total, ms) => total + ms, 0),
					);
					assert.ok(
						Number(p50) >= own[Math.floor((own.length - 1) / 2)]! &&
							Number(p50) <= own[Math.ceil((own.length - 1) / 2)]!,
					);
				}
				const last = Math.max(...told.map(({ ms }) => ms));
				const given = new Set(rowsOf(ran).map(([start]) => start));
				for (const { ms } of told)
					assert.ok(
						[...given].some((start) => ms * MS >= Number(start) && ms * MS < Number(start) + length * MS),
						`${ms} of ${last}`,
					);
			}),
			{ numRuns: 100 },
		);
	});

	it('of many rows go on with sketches, pane by pane', async () => {
		const sent = Array.from({ length: 60 }, (_, batch) =>
			Array.from({ length: 2000 }, (_, n) => exchange({ at: batch * 100 * MS, latency: n + 1 })),
		);
		const ran = await run('watch http | stat count(), p50(latency), max(latency) over 6s every 3s', sent, {
			startWall: 1_767_323_043_000_000_000n,
		});
		const [, whole] = rowsOf(ran);
		assert.equal(whole?.[2], 120_000);
		assert.ok(Math.abs(Number(whole?.[3]) - 1000) < 20, `${whole?.[3]}`);
		assert.equal(whole?.[4], 2000);
	});

	it('of which one pane alone has more rows than are kept hold all of them', async () => {
		const at = [...Array.from({ length: 30 }, (_, batch) => batch * 100 * MS), 4 * SECOND];
		const sent = at.map((time) => Array.from({ length: 4000 }, (_, n) => exchange({ at: time, latency: n + 1 })));
		const ran = await run('watch http | stat count(), sum(latency), max(latency) over 6s every 3s', sent, {
			startWall: 1_767_323_043_000_000_000n,
		});
		const sum = (4000 * 4001) / 2;
		assert.deepEqual(
			rowsOf(ran).map((row) => row.slice(2)),
			[
				[120_000, 30 * sum, 4000],
				[124_000, 31 * sum, 4000],
			],
		);
	});
});

describe('late rows', () => {
	it('are late also when an idle tick closed the window of the row before', async () => {
		const ran = await run('watch http | stat count() by path 5s', [ending(1), 9 * SECOND, ending(1.5)]);
		assert.deepEqual([counts(ran), ran.completeness.lateRows], [[1], 1]);
	});

	const sent = [ending(1), ending(5.6), ending(4.9), ending(6)];
	it('--late=keep gives a window again for each batch of late rows, however often they are of one moment', async () => {
		const ran = await run('watch http | stat count() 5s --late=keep', [
			ending(1),
			ending(12),
			ending(2),
			[ending(2), ending(2)],
			ending(13),
		]);
		assert.deepEqual(counts(ran), [1, 0, 2, 4, 2]);
		assert.equal(ran.completeness.lateRows, 0);
	});

	it('--late=keep puts them into their window, which is given once more', async () => {
		const ran = await run('watch http | stat count() 5s --late=keep', sent);
		assert.deepEqual(rowsOf(ran), [
			[0, 5 * SECOND, 1],
			[0, 5 * SECOND, 2],
			[5 * SECOND, 10 * SECOND, 2],
		]);
		assert.equal(ran.completeness.lateRows, 0);
	});

	it('that are later than what is kept are counted all the same', async () => {
		const ran = await run('watch http | stat count() by path 1s --late=keep', [ending(1), ending(100), ending(2)]);
		assert.equal(ran.completeness.lateRows, 1);
	});

	it('of a sliding window count in those that are still open', async () => {
		const ran = await run('watch http | stat count() by path over 10s every 5s', [...sent, ending(12)]);
		assert.equal(ran.completeness.lateRows, 1);
		const counted = rowsOf(ran).find(([start]) => start === 0);
		assert.deepEqual(counted?.at(-1), 4);
	});
});

describe('sessions', () => {
	const QUERY = 'watch http | stat count(), span(end_time) by remote_ip every session(2s)';
	const from = (ip: string, ...seconds: number[]) => seconds.map((at) => ending(at, 0, ip));

	it('are told apart by key, and end after a pause', async () => {
		const ran = await run(QUERY, [
			...from('10.0.0.1', 1, 2, 3.5),
			...from('10.0.0.2', 4),
			...from('10.0.0.1', 7),
			20 * SECOND,
		]);
		assert.deepEqual(rowsOf(ran), [
			[1 * SECOND, 5.5 * SECOND, '10.0.0.1', 3, 2.5 * SECOND],
			[4 * SECOND, 6 * SECOND, '10.0.0.2', 1, 0],
			[7 * SECOND, 9 * SECOND, '10.0.0.1', 1, 0],
		]);
		assert.equal(ran.signals.at(-1)?.kind, 'time', 'an idle tick ends them');
	});

	it('that end at one moment come in the order in which they began, in whatever batches their rows come', async () => {
		const sent = [...from('10.0.0.1', 1), ...from('10.0.0.2', 1), ...from('10.0.0.1', 9)];
		for (const ways of [sent, [sent]])
			assert.deepEqual(rowsOf(await run(QUERY, ways), 'remote_ip').flat(), ['10.0.0.1', '10.0.0.2', '10.0.0.1']);
	});

	it('become one when a row comes between them', async () => {
		const ran = await run(QUERY, [...from('10.0.0.1', 1, 3.3), ...from('10.0.0.1', 2.9)]);
		assert.deepEqual(rowsOf(ran, 'count'), [[3]]);
	});

	it('count what comes too late, and keep it when told to', async () => {
		const sent = [...from('10.0.0.1', 1, 9), ...from('10.0.0.1', 2)];
		assert.equal((await run(QUERY, sent)).completeness.lateRows, 1);
		const kept = await run(`${QUERY} --late=keep`, sent);
		assert.deepEqual(rowsOf(kept, 'count'), [[1], [1], [1]]);
	});

	it('are bounded: the quietest ends early', async () => {
		const many = Array.from({ length: 10_003 }, (_, n) => ending(1, 0, `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`));
		const ran = await run(QUERY, [many]);
		assert.equal(rowsOf(ran).length, 10_003);
		assert.equal(ran.completeness.overflowed, 3);
	});
});

describe('windows of rows', () => {
	it('have so many each, and what is left in the last', async () => {
		const ran = await run('watch http | stat count() every 2', [
			[ending(1), ending(2), ending(3)],
			ending(4),
			ending(5),
		]);
		assert.deepEqual(rowsOf(ran), [
			[1 * SECOND, 2 * SECOND, 2],
			[3 * SECOND, 4 * SECOND, 2],
			[5 * SECOND, 5 * SECOND, 1],
		]);
	});

	it('need no time', async () => {
		const ran = await run('watch http | select path | stat count() every 2', [ending(1), ending(2), ending(3)]);
		assert.deepEqual(rowsOf(ran), [[2], [1]]);
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
