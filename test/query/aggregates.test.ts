import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Value } from '../../engine/exchange/field.ts';
import { Cardinality } from '../../engine/query/aggregates/cardinality.ts';
import { Distribution, loadSketches } from '../../engine/query/aggregates/distribution.ts';
import { Frequent, MAX_COUNTERS } from '../../engine/query/aggregates/frequent.ts';
import { bucketOf } from '../../engine/query/aggregates/histogram.ts';
import { AGGREGATES } from '../../engine/query/aggregates/registry.ts';
import { EXACT_ROWS } from '../../engine/query/grouping/grouping.ts';
import { KeyIndex, MAX_GROUPS, OTHER } from '../../engine/query/grouping/key-index.ts';
import { loadArquero, rollUp } from '../../engine/query/grouping/rollup.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { planOf, rowsOf, run } from '../support/query.ts';

const quantile = (values: readonly number[], q: number): number => {
	const sorted = values.toSorted((a, b) => a - b);
	const rank = (sorted.length - 1) * q;
	const low = sorted[Math.floor(rank)]!;
	return low + (sorted[Math.ceil(rank)]! - low) * (rank % 1);
};

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const close = (actual: Value | undefined, expected: number, accuracy = 1e-9): void =>
	assert.ok(
		typeof actual === 'number' && Math.abs(actual - expected) <= accuracy * Math.max(1, Math.abs(expected)),
		`${actual} is not ${expected}`,
	);

describe('aggregates', () => {
	const sample = fc.array(
		fc.record({
			latency: fc.integer({ min: 0, max: 1e9 }),
			status: fc.constantFrom(200, 500, null),
			path: fc.constantFrom('/a', '/b'),
		}),
		{ minLength: 1, maxLength: 40 },
	);

	it('rates are sums per second, and as exact as those', async () => {
		const ten = Array.from({ length: 10 }, (_, n) => exchange({ at: n * 100 * MS }));
		const ran = await run('watch http | stat a = rate(latency / 50ms), b = sum(latency / 50ms) 1s', [ten]);
		assert.deepEqual(rowsOf(ran, 'a', 'b'), [[1, 1]]);
	});

	it('equal a plain computation, group by group', async () => {
		const query =
			'watch http | stat count(), known = count(status), bad = count(where status == 500), sum(latency), avg(latency), min(latency), max(latency), stdev(latency), p50(latency), p99(latency), quantile(latency, 0.3), ok = max(latency where status == 200), first(status), worst = arg_max(latency, id) by path';
		await fc.assert(
			fc.asyncProperty(sample, async (told) => {
				const exchanges = told.map(({ path, ...rest }) => exchange({ ...rest, target: path }));
				const rows = rowsOf(await run(query, [exchanges]));
				assert.equal(rows.length, new Set(told.map(({ path }) => path)).size);
				for (const [path, count, known, bad, sum, avg, min, max, stdev, p50, p99, p30, ok, first] of rows) {
					const group = told.filter((one) => one.path === path);
					const values = group.map(({ latency }) => latency);
					assert.equal(count, group.length);
					assert.equal(known, group.filter(({ status }) => status !== null).length);
					assert.equal(bad, group.filter(({ status }) => status === 500).length);
					close(
						sum,
						values.reduce((total, x) => total + x, 0),
					);
					close(avg, mean(values));
					assert.equal(min, Math.min(...values));
					assert.equal(max, Math.max(...values));
					if (values.length === 1) assert.equal(stdev, null);
					else
						close(
							stdev,
							Math.sqrt(values.reduce((total, x) => total + (x - mean(values)) ** 2, 0) / (values.length - 1)),
							1e-6,
						);
					close(p50, quantile(values, 0.5));
					close(p99, quantile(values, 0.99));
					close(p30, quantile(values, 0.3));
					assert.ok(Number(p99) <= Number(max));
					const fine = group.filter(({ status }) => status === 200).map(({ latency }) => latency);
					assert.equal(ok, fine.length === 0 ? null : Math.max(...fine));
					assert.equal(first, group.find(({ status }) => status !== null)?.status ?? null);
				}
			}),
			{ numRuns: 100 },
		);
	});

	it('merge: two parts give what the whole gives', async () => {
		await loadSketches();
		const numbers = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 30 });
		fc.assert(
			fc.property(numbers, numbers, (left, right) => {
				for (const aggregate of AGGREGATES.values()) {
					const [a, b, whole] = [aggregate.accumulator(), aggregate.accumulator(), aggregate.accumulator()];
					for (const x of left) a.add(x, x);
					for (const x of right) b.add(x, x);
					for (const x of [...left, ...right]) whole.add(x, x);
					a.merge(b);
					const parameter = aggregate.constant?.fallback ?? (aggregate.timed ? 0 : 0.9);
					const [merged, expected] = [a.value(parameter), whole.value(parameter)];
					if (typeof expected === 'number') close(merged, expected, 1e-6);
					else assert.deepEqual(merged, expected, aggregate.name);
				}
			}),
			{ numRuns: 200 },
		);
	});

	it('beyond what is kept exactly quantiles are within 1%, never above the maximum', async () => {
		await loadSketches();
		const values = Array.from({ length: 5000 }, (_, n) => Math.round(1000 * Math.exp(((n * 7919) % 5000) / 250)));
		const whole = new Distribution();
		const parts = [new Distribution(), new Distribution()];
		for (const [at, value] of values.entries()) {
			whole.add(value);
			parts[at % 2]!.add(value);
		}
		parts[0]!.merge(parts[1]!);
		for (const q of [0.5, 0.9, 0.99, 1])
			for (const distribution of [whole, parts[0]!]) {
				close(distribution.value(q), quantile(values, q), 0.02);
				assert.ok(Number(distribution.value(q)) <= Math.max(...values));
			}
	});

	it('windows of more rows than are kept go on with accumulators', async () => {
		const latencies = Array.from({ length: 100_500 }, (_, n) => ((n * 7919) % 100_003) + 1);
		const exchanges = latencies.map((latency, at) => exchange({ latency, target: at % 2 === 0 ? '/even' : '/odd' }));
		const query =
			'watch http | stat count(), sum(latency), avg(latency), max(latency), p50(latency), p99(latency) by path';
		const rows = rowsOf(await run(query, [exchanges]));
		for (const [path, count, sum, avg, max, p50, p99] of rows) {
			const own = latencies.filter((_, at) => (at % 2 === 0) === (path === '/even'));
			assert.equal(count, own.length);
			assert.equal(
				sum,
				own.reduce((total, x) => total + x, 0),
			);
			close(avg, mean(own));
			assert.equal(max, Math.max(...own));
			close(p50, quantile(own, 0.5), 0.02);
			close(p99, quantile(own, 0.99), 0.02);
			assert.ok(Number(p99) <= Number(max));
		}
	});

	const means: readonly (readonly [string, readonly number[], number, number])[] = [
		['whole numbers', [6, 8, 3, 3, 6, 7, 11, 18, 0, 6], 68, 6.8],
		['the same fraction', Array<number>(10).fill(0.1), 1, 0.1],
		['large and small', [1e16, 1, -1e16, 1], 2, 0.5],
		['beyond 2^53', [2 ** 53, 1, 2 ** 53, 1, 2, 0], 2 ** 54 + 4, (2 ** 54 + 4) / 6],
		['more than a double holds', [1e308, 1e308], Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
	];
	for (const [name, values, sum, mean] of means)
		it(`sum and avg are as exact as a double, in one go, row by row and merged: ${name}`, async () => {
			await loadArquero();
			const calls = (['sum', 'avg'] as const).map((aggregate) => ({
				rollup: AGGREGATES.get(aggregate)!.rollup!,
				column: 0,
				parameter: 0,
			}));
			const rolled = rollUp(new Uint32Array(values.length), 1, [Float64Array.from(values)], calls);
			assert.deepEqual(
				rolled.map((of) => of(0)),
				[sum, mean],
			);
			for (const [at, aggregate] of (['sum', 'avg'] as const).entries())
				for (const half of [0, 2, values.length]) {
					const [a, b] = [AGGREGATES.get(aggregate)!.accumulator(), AGGREGATES.get(aggregate)!.accumulator()];
					for (const value of values.slice(0, half)) a.add(value, null);
					for (const value of values.slice(half)) b.add(value, null);
					a.merge(b);
					assert.equal(a.value(0), [sum, mean][at]);
				}
		});

	it('as many rows as are kept, and no more, are exact', async () => {
		const latencies = Array.from({ length: EXACT_ROWS }, (_, n) => ((n * 7919) % 100_003) + 1);
		const exchanges = latencies.map((latency) => exchange({ latency }));
		const rows = rowsOf(await run('watch http | stat count(), p50(latency), p99(latency)', [exchanges]));
		assert.deepEqual(rows, [[EXACT_ROWS, quantile(latencies, 0.5), quantile(latencies, 0.99)]]);
	});

	it('dcount is exact while values are few, and within 5% beyond, merged or not', () => {
		for (const size of [1, 1000, 1024, 5000, 100_000]) {
			const [whole, left, right] = [new Cardinality(), new Cardinality(), new Cardinality()];
			for (let n = 0; n < 2 * size; n++) {
				const value = `10.0.${(n % size) >> 8}.${(n % size) & 255}-${n % size}`;
				whole.add(value);
				(n % 3 === 0 ? left : right).add(value);
			}
			left.merge(right);
			assert.equal(left.value(), whole.value());
			if (size <= 1024) assert.equal(whole.value(), size);
			else close(whole.value(), size, 0.05);
		}
	});

	it('dcount is right on average, and seldom far off', () => {
		for (const size of [1500, 5000, 10_000, 12_000, 30_000]) {
			const errors = Array.from({ length: 100 }, (_, sample) => {
				const cardinality = new Cardinality();
				for (let n = 0; n < size; n++) cardinality.add(`/sample${sample}/items/${n}`);
				return cardinality.value() / size - 1;
			});
			assert.ok(Math.abs(mean(errors)) < 0.006, `${size}: ${mean(errors)} on average`);
			assert.ok(errors.filter((error) => Math.abs(error) > 0.05).length <= 1, `${size}`);
		}
	});

	it('tell values of different types apart', async () => {
		const query = 'watch http | stat n = dcount(x), top = top_k(x, 1)';
		const source = 'watch http | extend x = if(status == 200, 1, "1")';
		const ran = await run(query.replace('watch http', source), [exchange(), exchange(), exchange({ status: 500 })]);
		assert.deepEqual(rowsOf(ran), [[2, [{ value: 1, count: 2 }]]]);
	});

	const topOf = (values: readonly string[], k: number): { value: string; count: number }[] => {
		const frequent = new Frequent();
		for (const value of values) frequent.add(value);
		return frequent.value(k) as { value: string; count: number }[];
	};

	it('top_k is exact while there are no more values than counters', () => {
		const once = Array.from({ length: MAX_COUNTERS - 1 }, (_, n) => `rare ${n}`);
		assert.deepEqual(topOf([...once, 'often', 'often'], 2), [
			{ value: 'often', count: 2 },
			{ value: 'rare 0', count: 1 },
		]);
	});

	it('top_k gives as many as were asked for, too high by a thousandth of the rows at most', () => {
		const rows = Array.from({ length: 50_000 }, (_, n) => (n % 10 === 0 ? 'often' : `rare ${n}`));
		for (const values of [rows, rows.toReversed(), [...rows].sort(), ['x', ...[...rows].sort().reverse()]]) {
			const top = topOf(values, 3);
			assert.equal(top.length, 3);
			assert.equal(top[0]?.value, 'often');
			assert.ok(top[0].count >= 5000 && top[0].count <= 5000 + values.length / 1000, `${top[0].count}`);
			assert.ok(top[1]!.count <= 1 + values.length / 1000, `${top[1]!.count}`);
			assert.equal(topOf(values, 1000).length, 1000);
		}
		assert.equal(topOf([...rows, ...Array<string>(3000).fill('late')], 2)[1]?.value, 'late');
	});

	it('top_k of many parts is no worse than of the whole', () => {
		const whole = new Frequent();
		for (let part = 0; part < 20; part++) {
			const frequent = new Frequent();
			for (let n = 0; n < 5000; n++)
				frequent.add(n % 10 === 0 ? 'often' : n % 10 === 1 && part === 7 ? 'here' : `rare ${part} ${n}`);
			whole.merge(frequent);
		}
		const [first, second, third] = whole.value(3) as { value: string; count: number }[];
		assert.ok(first?.value === 'often' && first.count >= 10_000 && first.count <= 10_100, JSON.stringify(first));
		assert.ok(second?.value === 'here' && second.count >= 500 && second.count <= 600, JSON.stringify(second));
		assert.ok(third!.count <= 101, JSON.stringify(third));
	});

	it('make lists, histograms, rates and spans', async () => {
		const sent = [1, 2, 4].map((second, n) =>
			exchange({ at: second * SECOND - MS, latency: MS, status: 200 + n, responseSize: 300 }),
		);
		const query =
			'watch http | stat list(status, 2), sizes = hist(resp_size), rate(), span(end_time), bytes = rate(resp_size), none = list(user_agent)';
		assert.deepEqual(rowsOf(await run(query, sent)), [
			[[200, 201], [{ from: 200, to: 500, count: 3 }], 1, 3 * SECOND, 300, null],
		]);
		assert.deepEqual(rowsOf(await run('watch http | stat rate() 10s', sent), 'rate'), [[0.3]]);
	});

	it('rates of one stat are of one time: that of all its rows, whatever their group or condition', async () => {
		const sent = [0, 5, 5.00001, 10].map((second) =>
			exchange({ at: second * SECOND, latency: MS, target: second === Math.trunc(second / 10) * 10 ? '/all' : '/two' }),
		);
		assert.deepEqual(rowsOf(await run('watch http | stat rate() by path', sent)), [
			['/all', 0.2],
			['/two', 0.2],
		]);
		const query = 'watch http | stat a = rate(where path == "/two"), b = rate(where path == "/none"), c = rate()';
		assert.deepEqual(rowsOf(await run(query, sent)), [[0.2, 0, 0.4]]);
		assert.deepEqual(rowsOf(await run(query, sent.slice(0, 1))), [[null, null, null]]);
		assert.deepEqual(rowsOf(await run('watch http | stat rate() by path every 2', sent), 'path', 'rate'), [
			['/all', 0.2],
			['/two', 0.2],
			['/two', 1 / 4.99999],
			['/all', 1 / 4.99999],
		]);
	});

	it('the rate of a duration is so much of it per second, in the units of a duration', async () => {
		const plan = await planOf('watch http | stat rate(latency), rate(resp_size), rate()');
		assert.deepEqual(
			plan.schema.columns.map(({ type }) => type),
			['duration', 'float', 'float'],
		);
		const sent = [0, 1, 2].map((second) => exchange({ at: second * SECOND, latency: 50 * MS }));
		const query = 'watch http | stat busy = rate(latency) | where busy == 75ms';
		assert.deepEqual(rowsOf(await run(query, sent)), [[75 * MS]]);
	});

	it('buckets hold what falls into them', () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }), (x) => {
				if (Math.abs(x) < 1e-15) return;
				const { from, to } = bucketOf(x);
				const slack = Math.abs(x) * 1e-12;
				assert.ok(from - slack <= x && x <= to + slack && from < to, `${x} in ${from}..${to}`);
			}),
		);
	});

	it('skip null, and put a null key into a group of its own', async () => {
		const exchanges = [
			exchange({ status: null, latency: 2 * MS }),
			exchange({ status: 200 }),
			exchange({ status: null }),
		];
		assert.deepEqual(rowsOf(await run('watch http | stat count(), max(status) by status', [exchanges])), [
			[null, 2, null],
			[200, 1, 200],
		]);
	});

	it('of no values are 0 where nothing is a sum, else null', async () => {
		const query =
			'watch http | stat none = count(where failed), total = sum(latency where failed), most = max(latency where failed), worst = arg_max(latency, path where failed)';
		assert.deepEqual(rowsOf(await run(query, [exchange()])), [[0, 0, null, null]]);
	});

	it('warn once when both ends are counted together', async () => {
		const both = [exchange(), exchange({ endpoint: { side: 'client' } })];
		const mixed = await run('watch http | stat count()', [both, both]);
		assert.equal(mixed.warnings.length, 1);
		assert.match(mixed.warnings[0]!, /where side == "server"/);
		assert.deepEqual((await run('watch http | stat count()', [both[1]!])).warnings, []);
		for (const query of ['watch http where side == "server" | stat count()', 'watch http | stat count() by side'])
			assert.deepEqual((await run(query, [both])).warnings, []);
	});
});

describe('keys of groups', () => {
	it('are told apart as they are written, whatever they hold', () => {
		const part = fc.constantFrom<Value>(
			...['', '|', '"a"|"b"', 'a', null, 'null', 1, '1', true, 'true', '__proto__'],
			...[[1], [1], '[1]', '\0[1]', '\0\0[1]', { a: 1 }, { a: 1 }, '{"a":1}'],
		);
		fc.assert(
			fc.property(fc.array(fc.tuple(part, part)), (keys) => {
				const index = new KeyIndex(2);
				const numbers = keys.map((key) => index.numberOf(key));
				for (const [i, a] of keys.entries())
					for (const [j, b] of keys.entries()) assert.equal(numbers[i] === numbers[j], isDeepStrictEqual(a, b));
			}),
		);
	});

	it('beyond the bound are counted as others', async () => {
		const exchanges = Array.from({ length: MAX_GROUPS + 5 }, (_, n) => exchange({ target: `/${n}` }));
		for (const [keys, other] of [
			['path', [OTHER, 5]],
			['path, status', [OTHER, null, 5]],
			['status, path', [OTHER, null, 5]],
		] as const) {
			const ran = await run(`watch http | stat count() by ${keys}`, [exchanges]);
			const rows = rowsOf(ran);
			assert.equal(rows.length, MAX_GROUPS + 1);
			assert.deepEqual(rows.at(-1), other);
			assert.equal(ran.completeness.foldedGroups, 5);
		}
	});
});
