import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { rowsOf, run } from '../support/query.ts';

/** Both ends of a call: the client saw it a little longer. */
const call = (conn: string, at: number, latency: number, pid = 42) => ({
	client: exchange({ at: at - MS, latency: latency + 2 * MS, pid, endpoint: { conn, side: 'client' } }),
	server: exchange({ at, latency, endpoint: { conn, side: 'server' } }),
});

const BOTH = (flags: string, within = '5s') =>
	`watch http where side == "client" | join ${flags} { watch http where side == "server" } as srv on id within ${within} | select conn, latency, srv.latency`;

describe('join', () => {
	const a = call('a', SECOND, 10 * MS);
	const b = call('b', 2 * SECOND, 20 * MS);

	it('puts both views of a call into one row, whichever came first', async () => {
		const expected = [
			['a', 12 * MS, 10 * MS],
			['b', 22 * MS, 20 * MS],
		];
		assert.deepEqual(rowsOf(await run(BOTH(''), [a.client, a.server, b.server, b.client])), expected);
		assert.deepEqual(rowsOf(await run(BOTH(''), [[a.client, a.server, b.server, b.client]])), expected);
	});

	it('--left gives a row without partner when none can come any more', async () => {
		const ran = await run(BOTH('--left', '1s'), [a.client, 2 * SECOND, 3 * SECOND, b.client, b.server]);
		assert.deepEqual(rowsOf(ran), [
			['a', 12 * MS, null],
			['b', 22 * MS, 20 * MS],
		]);
		assert.equal(
			ran.signals.findIndex(({ kind }) => kind === 'rows'),
			1,
		);
	});

	it('--anti gives only those', async () => {
		const query =
			'watch http where side == "client" | join --anti { watch http where side == "server" } on id within 1s | select conn';
		assert.deepEqual(rowsOf(await run(query, [a.client, b.client, b.server, 9 * SECOND])), [['a']]);
	});

	it('says that equal keys were too far apart, as of two hosts whose clocks differ, where nothing was paired', async () => {
		const late = call('a', 9 * SECOND, 10 * MS);
		for (const flags of ['', '--left']) {
			const { warnings } = await run(BOTH(flags), [a.client, b.client, late.server, 30 * SECOND]);
			assert.match(
				warnings.join(),
				/no row has a partner, but rows with equal keys are 8\.0s apart or more: write `within 13s`/,
			);
		}
		const anti =
			'watch http where side == "client" | join --anti { watch http where side == "server" } on id within 1s';
		assert.match((await run(anti, [late.client, a.server, 9 * SECOND])).warnings.join(), /8\.0s apart/);
		for (const sent of [
			[a.client, b.client, b.server, late.server],
			[a.client, b.server],
		]) {
			assert.deepEqual((await run(BOTH(''), sent)).warnings, []);
			assert.deepEqual((await run(anti, sent)).warnings, []);
		}
	});

	it('knows of every row that it has a partner, and says where more than 1000 are left out', async () => {
		const clients = Array.from({ length: 1500 }, () =>
			exchange({ at: SECOND, endpoint: { conn: 'a', side: 'client' } }),
		);
		const server = exchange({ at: SECOND, endpoint: { conn: 'a', side: 'server' } });
		const joined = (flags: string): string =>
			`watch http where side == "client" | join ${flags} { watch http where side == "server" } as s on conn within 1s | select conn, s.latency`;
		const anti = await run(joined('--anti').replace(', s.latency', ''), [clients, server, 9 * SECOND]);
		assert.deepEqual(rowsOf(anti), []);
		assert.equal(anti.completeness.overflowed, 0, 'nothing is left out where no pairs are made');
		const left = await run(joined('--left'), [clients, server, 9 * SECOND]);
		assert.equal(rowsOf(left).length, 1000);
		assert.ok(rowsOf(left).every(([, latency]) => latency !== null));
		assert.equal(left.completeness.overflowed, 1);
		assert.match(left.warnings.join(), /some rows have more than 1000 partners/);
	});

	it('pairs no row with more than 1000, on either side and in whatever order they come', async () => {
		const end = (side: 'client' | 'server', at = SECOND) => exchange({ at, endpoint: { conn: 'a', side } });
		const many = (side: 'client' | 'server', count: number) => Array.from({ length: count }, () => end(side));
		const query = `watch http where side == "client" | join { watch http where side == "server" } as s on conn within 1s | select conn`;
		const [one, most, more] = [end('client'), many('server', 1000), many('server', 1001)];
		for (const [sent, pairs, leftOut] of [
			[[one, most], 1000, 0],
			[[one, more], 1000, 1],
			[[most, one], 1000, 0],
			[[more, one], 1000, 1],
			[[many('server', 999), one, many('server', 3)], 1000, 2],
			[[one, ...more], 1000, 1],
			[[many('client', 3), more], 3000, 1],
			[[more, many('client', 1000), many('client', 1)], 1_000_001, 1001],
		] as const) {
			const ran = await run(query, [...sent, 9 * SECOND]);
			assert.deepEqual([rowsOf(ran).length, ran.completeness.overflowed], [pairs, leftOut]);
			assert.equal(new Set(ran.warnings).size, leftOut === 0 ? 0 : 1);
		}
		const far = await run(query, [one, more, end('client', 4 * SECOND), end('server', 4 * SECOND)]);
		assert.deepEqual([rowsOf(far).length, far.completeness.overflowed], [1001, 1], 'a full row far away hides none');
	});

	it('looks no further than within', async () => {
		const late = exchange({ at: 4 * SECOND, endpoint: { conn: 'a', side: 'server' } });
		assert.deepEqual(rowsOf(await run(BOTH('', '1s'), [a.client, late])), []);
		assert.equal(rowsOf(await run(BOTH('', '5s'), [a.client, late])).length, 1);
		assert.deepEqual(rowsOf(await run(BOTH('', '2s'), [late, a.client])), [], 'nor when the earlier one comes later');
	});

	it('of a missing key has no partner', async () => {
		const query = 'watch http | join { watch http } as r on user_agent within 1s | select path';
		assert.deepEqual(rowsOf(await run(query, [a.client])), []);
	});

	it('equals a nested loop', async () => {
		const one = fc.record({ key: fc.constantFrom('/x', '/y'), at: fc.integer({ min: 0, max: 40 }) });
		await fc.assert(
			fc.asyncProperty(fc.array(one, { maxLength: 25 }), async (told) => {
				const sent = told
					.toSorted((x, y) => x.at - y.at)
					.map(({ key, at }, n) =>
						exchange({
							target: key,
							at: at * 100 * MS,
							latency: 0,
							pid: n,
							endpoint: { side: n % 2 === 0 ? 'client' : 'server' },
						}),
					);
				const [left, right] = [sent.filter((_, n) => n % 2 === 0), sent.filter((_, n) => n % 2 === 1)];
				const partners = (x: (typeof sent)[number]) =>
					right.filter(
						(y) => y.request.start.target === x.request.start.target && Math.abs(x.endTime - y.endTime) <= 700 * MS,
					);
				const pairs = left.flatMap((x) => partners(x).map((y) => [x.owner!.pid, y.owner!.pid]));
				const alone = left.filter((x) => partners(x).length === 0).map((x) => [x.owner!.pid]);
				const query = (flags: string, columns: string) =>
					`watch http where side == "client" | join ${flags} { watch http where side == "server" } as r on path within 700ms | select ${columns}`;
				const sorted = (rows: unknown[][]) => rows.map((row) => row.join()).sort();
				assert.deepEqual(sorted(rowsOf(await run(query('', 'pid, r.pid'), sent))), sorted(pairs));
				assert.deepEqual(sorted(rowsOf(await run(query('--anti', 'pid'), sent))), sorted(alone));
				const outer = sorted(rowsOf(await run(query('--left', 'pid, r.pid'), sent)));
				assert.deepEqual(outer, sorted([...pairs, ...alone.map(([pid]) => [pid, null])]));
			}),
			{ numRuns: 100 },
		);
	});

	it('gives up the oldest beyond its bound, and counts it', async () => {
		const many = Array.from({ length: 100_010 }, (_, n) => exchange({ endpoint: { conn: `c${n}`, side: 'client' } }));
		const ran = await run(BOTH('--left', '1h'), [many]);
		assert.deepEqual(
			ran.signals.map((signal) => (signal.kind === 'rows' ? signal.rows.length : 0)),
			[10, 100_000],
			'ten are given before the end',
		);
		assert.equal(ran.completeness.overflowed, 10);
		assert.match(ran.warnings.join(), /wait for a partner/);
	});

	it('asks the capture for both sides', async () => {
		const { plan } = await run(BOTH(''), []);
		assert.deepEqual(plan.demand.scope, [{}]);
		assert.equal(plan.demand.bodyBytes, 0);
		const bodies = await run('watch http | join { watch http } as r on id within 1s | select x = r.req.body', []);
		assert.equal(bodies.plan.demand.bodyBytes, Number.POSITIVE_INFINITY);
	});
});

describe('correlate', () => {
	const QUERY =
		'watch http where side == "server" | correlate { watch where side == "client" } as child by pid within 1s';
	const server = (at: number, latency: number, target = '/in') =>
		exchange({ at: at * MS, latency: latency * MS, target, endpoint: { side: 'server' } });
	const client = (at: number, latency: number, pid = 42) =>
		exchange({ at: at * MS, latency: latency * MS, pid, target: '/out', endpoint: { side: 'client' } });

	it('gives the calls that began and ended while the request was served', async () => {
		const children = [client(110, 20), client(150, 30), client(90, 20), client(190, 30), client(120, 5, 7)];
		const ran = await run(`${QUERY} | stat n = count(), sum(child.latency) by route`, [...children, server(100, 100)]);
		assert.deepEqual(rowsOf(ran), [['/in', 2, 50 * MS]]);
	});

	it('waits for calls that are told after the request', async () => {
		const ran = await run(`${QUERY} | select path, child.path`, [server(100, 100), client(150, 40), 900 * MS]);
		assert.deepEqual(rowsOf(ran), [['/in', '/out']]);
		assert.equal(ran.signals[0]?.kind, 'rows', 'not only in the end');
	});

	it('looks no later than within after the request began', async () => {
		const ran = await run(`${QUERY} | select path`, [client(1200, 10), server(100, 3000)]);
		assert.deepEqual(rowsOf(ran), []);
	});

	it('takes processes that nobody knows for different ones', async () => {
		const sent = (pid: number | null) =>
			(['client', 'server'] as const).map((side) =>
				exchange({
					at: (side === 'server' ? 100 : 120) * MS,
					latency: (side === 'server' ? 50 : 10) * MS,
					pid,
					target: `/${side}`,
					endpoint: { side },
				}),
			);
		const query = `${QUERY} | select path, child.path`;
		assert.deepEqual(rowsOf(await run(query, sent(42))), [['/server', '/client']]);
		assert.deepEqual(rowsOf(await run(query, sent(null))), []);
	});

	it('says when a request took so long that its early calls are forgotten, and where there were none it does not', async () => {
		const long = server(100, 90_000);
		const later = Array.from({ length: 80 }, (_, n) => 1000 * (n + 1) * MS);
		for (const [calls, expected] of [
			[[client(110, 20)], 1],
			[[client(50, 20)], 0],
			[[], 0],
		] as const) {
			const ran = await run(`${QUERY} | select path`, [...calls, ...later, long]);
			assert.deepEqual(rowsOf(ran), []);
			assert.equal(ran.warnings.filter((words) => words.includes('60s')).length, expected);
		}
	});

	it('says when requests overlap, and counts no call twice', async () => {
		const ran = await run(`${QUERY} | select child.path`, [client(150, 10), server(100, 100), server(120, 200)]);
		assert.equal(rowsOf(ran).length, 1);
		assert.match(ran.warnings.join(), /overlap/);
	});
});

describe('diff', () => {
	const before = [10, 20, 30].map((ms) => exchange({ latency: ms * MS, target: '/a' }));
	const after = [exchange({ latency: 60 * MS, target: '/a' }), exchange({ target: '/new' })];

	it('compares two recordings key by key', async () => {
		const query = 'from "a.ciqrec" | diff count(), max(latency) { from "b.ciqrec" } by path';
		const ran = await run(query, [before], { inputs: [after] });
		assert.deepEqual(
			ran.plan.inputs?.map(({ source }) => source.paths),
			[['b.ciqrec']],
		);
		assert.deepEqual(
			ran.plan.schema.columns.map(({ name }) => name),
			[
				'path',
				'count_before',
				'count_after',
				'count_change',
				'max_latency_before',
				'max_latency_after',
				'max_latency_change',
			],
		);
		assert.deepEqual(rowsOf(ran), [
			['/a', 3, 1, -2 / 3, 30 * MS, 60 * MS, 1],
			['/new', null, 1, null, null, 5 * MS, null],
		]);
	});

	it('compares number and p99 when nothing is said', async () => {
		const ran = await run('from "a.ciqrec" | diff { from "b.ciqrec" } by path', [before], { inputs: [after] });
		assert.ok(ran.plan.schema.columns.some(({ name }) => name === 'p99_latency_change'));
	});
});

describe('alert', () => {
	const QUERY = 'watch http | alert count(where failed) / count() > 50% by path for 5s --min-count=3';
	const at = (seconds: number, failed: boolean, target = '/a') =>
		exchange({ at: seconds * SECOND, latency: 0, status: failed ? 500 : 200, target });

	it('tells when the condition begins to hold, and when it ends', async () => {
		const sent = [
			...[1, 2, 3, 4, 5, 6, 7].map((n) => at(n, true)),
			...[8, 9, 10, 11, 12, 13].map((n) => at(n, false)),
			at(20, false, '/b'),
		];
		const rows = rowsOf(await run(QUERY, sent));
		assert.deepEqual(
			rows.map(([, state, path]) => [state, path]),
			[
				['firing', '/a'],
				['resolved', '/a'],
			],
		);
		assert.equal(rows[0]![0], 5 * SECOND);
		assert.equal(rows[0]![3], 1);
	});

	it('ends when nothing comes any more', async () => {
		const sent = [...[1, 2, 3, 4, 5, 6, 7].map((n) => at(n, true)), 30 * SECOND];
		const rows = rowsOf(await run(QUERY.replace(' --min-count=3', ''), sent));
		assert.deepEqual(
			rows.map(([, state]) => state),
			['firing', 'resolved'],
		);
	});

	it('takes any length, in steps that divide it', async () => {
		for (const length of ['1s', '2s', '7ms', '999us', '1m1s', '7s']) {
			const ran = await run(`watch http | alert count() > 0 for ${length}`, [at(1, true), 90 * SECOND]);
			assert.ok(rowsOf(ran).length <= 2, length);
		}
	});

	it('concludes nothing of few rows', async () => {
		const rows = rowsOf(await run(QUERY, [at(5, true), at(6, true), 30 * SECOND]));
		assert.deepEqual(rows, []);
	});
});
