import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileSource } from '../../engine/capture/file-source.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { rowsOf, run } from '../support/query.ts';

const PATHS = ['/a', '/b', '/a', '/c', '/b', '/a'];
const SOME = PATHS.map((target, at) =>
	exchange({ target, at: at * SECOND, latency: (at + 1) * MS, status: at === 3 ? 500 : 200 }),
);

describe('pipelines', () => {
	const cases: readonly (readonly [query: string, rows: unknown[][]])[] = [
		['watch http | select path | head 2', [['/a'], ['/b']]],
		[
			'watch http where path == "/a" | select path, latency',
			[
				['/a', 1 * MS],
				['/a', 3 * MS],
				['/a', 6 * MS],
			],
		],
		['watch http | where latency >= 5ms | select latency', [[5 * MS], [6 * MS]]],
		['watch http | select took = latency * 2, ms = latency / 1ms | head 1', [[2 * MS, 1]]],
		[
			'watch http | extend slow = latency > 4ms | where slow | select path, slow',
			[
				['/b', true],
				['/a', true],
			],
		],
		['watch http | select path, latency | extend double = latency + latency | head 1', [['/a', 1 * MS, 2 * MS]]],
		['watch http | until 3s | select path', [['/a'], ['/b'], ['/a']]],
		['watch http | until status >= 500 | select path', [['/a'], ['/b'], ['/a'], ['/c']]],
		['watch http | until 3500ms | sort latency desc | select latency', [[4 * MS], [3 * MS], [2 * MS], [1 * MS]]],
		[
			'watch http | until 10s | sort path desc, -latency | select path, latency | head 3',
			[
				['/c', 4 * MS],
				['/b', 5 * MS],
				['/b', 2 * MS],
			],
		],
		['watch http | until 10s | tail 1 | select latency', [[6 * MS]]],
		['watch http | top 2 by latency | select latency', [[6 * MS], [5 * MS]]],
		['watch http | top 1 by latency asc | select latency', [[1 * MS]]],
		[
			'watch http | stat count() by path',
			[
				['/a', 3],
				['/b', 2],
				['/c', 1],
			],
		],
		[
			'stat http count by path | sort count',
			[
				['/c', 1],
				['/b', 2],
				['/a', 3],
			],
		],
		['watch http | stat count() by path | where count > 1 | select path', [['/a'], ['/b']]],
		['watch http | stat n = count(), bad = count(where failed), rate = count(where failed) / count()', [[6, 1, 1 / 6]]],
		['watch http | stat count() by path | stat total = sum(count), paths = count()', [[6, 3]]],
		[
			'watch http | stat max(latency), min(latency), avg(latency) by path | head 2 | tail 1',
			[['/b', 5 * MS, 2 * MS, 3.5 * MS]],
		],
		['watch http | stat last = arg_max(latency, path), first = arg_min(latency, path)', [['/a', '/a']]],
		['watch http | limit 2 | select path', [['/a'], ['/b']]],
		['watch http | head 1 | stat count()', [[1]]],
	];
	for (const [query, expected] of cases)
		it(query, async () => assert.deepEqual(rowsOf(await run(query, SOME)), expected));

	it('sort puts null last both ways, and addresses in their own order', async () => {
		const ends = ['10.0.0.10', '10.0.0.9'].map((remoteIp, n) =>
			exchange({ status: n === 0 ? 200 : null, endpoint: { remoteIp } }),
		);
		const first = async (sort: string) =>
			rowsOf(await run(`watch | until 9s | sort ${sort} | head 1 | select remote_ip`, [ends])).flat();
		assert.deepEqual(await first('status'), ['10.0.0.10']);
		assert.deepEqual(await first('status desc'), ['10.0.0.10']);
		assert.deepEqual(await first('remote_ip'), ['10.0.0.9']);
		assert.deepEqual(await first('remote_ip desc'), ['10.0.0.10']);
	});

	it('sort puts what is false before what is true', async () => {
		const sorted = async (order: string) =>
			rowsOf(await run(`watch http | until 9s | sort failed ${order} | select failed`, SOME)).flat();
		const five = Array<boolean>(5).fill(false);
		assert.deepEqual(await sorted(''), [...five, true]);
		assert.deepEqual(await sorted('desc'), [true, ...five]);
	});

	it('sort takes a file as it is', async () => {
		const ran = await run('watch http | sort latency desc | select latency', SOME, {
			from: fileSource(['x.ciqrec'], []),
		});
		assert.deepEqual(rowsOf(ran)[0], [6 * MS]);
	});

	it('top keeps what is best of many', async () => {
		const many = Array.from({ length: 1000 }, (_, n) => exchange({ latency: (n * 7919) % 1009 }));
		const expected = many
			.map(({ endTime, startTime }) => endTime - startTime)
			.sort((a, b) => b - a)
			.slice(0, 7);
		assert.deepEqual(rowsOf(await run('watch | top 7 by latency | select latency', [many])).flat(), expected);
	});

	it('gives the last rows of a stream of any length', async () => {
		const many = Array.from({ length: 100_001 }, () => SOME[0]!);
		const sent = [...Array.from({ length: 10 }, () => many), SOME.slice(1)];
		const { completeness, ...ran } = await run('watch http | until 1h | tail 2 | select id, latency', sent);
		const last = rowsOf(await run('watch http | select id, latency', SOME)).slice(-2);
		assert.deepEqual([rowsOf({ completeness, ...ran }), completeness.overflowed], [last, 0]);
	});

	it('ends the capture at once when head has its rows', async () => {
		const { endedAfter } = await run('watch http | head 2', [SOME[0]!, SOME.slice(1, 4), SOME[4]!]);
		assert.equal(endedAfter, 2);
	});

	it('gives whole exchanges, untouched', async () => {
		const { signals, plan } = await run('watch http where path == "/c"', SOME);
		assert.deepEqual(signals, [{ kind: 'rows', rows: [SOME[3]] }]);
		assert.equal(plan.schema.exchanges, true);
	});

	it('ends with the running aggregate that meets the condition of until, which is a result like one at the end', async () => {
		const query = 'watch http | stat n = count() | until n >= 2 | fail n >= 2';
		const ran = await run(query, SOME, { refreshEvery: 0 });
		assert.deepEqual(rowsOf(ran), [[2]]);
		assert.deepEqual([ran.endedAfter, ran.failures.length], [2, 1]);
	});

	it('stops at an idle tick when the time of until has come', async () => {
		const { endedAfter } = await run('watch http | until 5s', [SOME[0]!, 4 * SECOND, 5 * SECOND, SOME[1]!]);
		assert.equal(endedAfter, 3);
	});
});
