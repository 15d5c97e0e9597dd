import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { putNthSmallest } from '../../engine/query/grouping/nth-smallest.ts';
import { GroupedValues } from '../../engine/query/grouping/quantiles.ts';
import { exchange, MS } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { rowsOf, run } from '../support/query.ts';

const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);

const quantile = (values: readonly number[], q: number): number | null => {
	if (values.length === 0) return null;
	const sorted = ascending(values);
	const rank = (sorted.length - 1) * q;
	const low = sorted[Math.floor(rank)]!;
	return low + (sorted[Math.ceil(rank)]! - low) * (rank - Math.floor(rank));
};

/** Few values that repeat, and many that do not: both ends of what partitioning meets. */
const numbers = fc.oneof(
	fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 400, size: 'max' }),
	fc.array(
		fc.double({ noNaN: true, min: -1e12, max: 1e12 }).map((value) => value + 0),
		{ minLength: 1, maxLength: 400, size: 'max' },
	),
);

describe('the n-th smallest value', () => {
	it('is where a sort would put it, with nothing larger before it and nothing smaller behind it', () => {
		fc.assert(
			fc.property(numbers, fc.nat(), fc.nat({ max: 20 }), (inner, pick, before) => {
				const outside = Array.from({ length: before }, () => -1);
				const values = Float64Array.from([...outside, ...inner, ...outside]);
				const n = before + (pick % inner.length);
				putNthSmallest(values, n, before, before + inner.length);
				const part = values.slice(before, before + inner.length);
				assert.deepEqual(ascending(part), ascending(inner), 'no value is lost');
				assert.equal(values[n], ascending(inner)[n - before]);
				assert.ok(part.subarray(0, n - before).every((value) => value <= values[n]!));
				assert.ok(part.subarray(n - before).every((value) => value >= values[n]!));
				assert.ok(values.subarray(0, before).every((value) => value === -1));
			}),
		);
	});

	it('is found in orders made to defeat partitioning, too', () => {
		const size = 4096;
		const orders: Record<string, (n: number) => number> = {
			ascending: (n) => n,
			descending: (n) => size - n,
			equal: () => 7,
			pipes: (n) => Math.min(n, size - n),
			'median of three killer': (n) => (n < size / 2 ? (n % 2 === 0 ? n : n + size / 2) : 2 * (n - size / 2) + 1),
		};
		for (const [name, order] of Object.entries(orders))
			for (const n of [0, 1, size / 2, size - 2, size - 1]) {
				const values = Float64Array.from({ length: size }, (_, at) => order(at));
				const expected = values.toSorted()[n];
				putNthSmallest(values, n, 0, size);
				assert.equal(values[n], expected, `${name}, ${n}`);
			}
	});
});

describe('quantiles of groups', () => {
	it('are those of the values of each group, whatever is asked first', () => {
		const rows = fc.array(
			fc.record({
				group: fc.nat({ max: 3 }),
				value: fc.option(fc.integer({ min: -50, max: 50 }), { nil: Number.NaN }),
			}),
			{ maxLength: 300, size: 'max' },
		);
		const fractions = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.9, 0.99, 1), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(rows, fractions, (given, qs) => {
				const groups = Uint32Array.from(given, ({ group }) => group);
				const column = Float64Array.from(given, ({ value }) => value);
				const grouped = new GroupedValues(groups, 4, column);
				for (const q of qs)
					for (let group = 0; group < 4; group++) {
						const own = given.filter((row) => row.group === group && !Number.isNaN(row.value));
						const expected = quantile(
							own.map(({ value }) => value),
							q,
						);
						const actual = grouped.quantile(group, q);
						if (expected === null) assert.equal(actual, null);
						else assert.ok(Math.abs(actual! - expected) < 1e-9, `${actual} is not ${expected}`);
					}
			}),
		);
	});
});

describe('a projection in front of an aggregate', () => {
	const exchanges = Array.from({ length: 200 }, (_, n) =>
		exchange({
			at: n * 100 * MS,
			latency: ((n * 37) % 100) * MS,
			status: n % 7 === 0 ? null : 200 + (n % 3) * 150,
			endpoint: { remoteIp: `10.0.0.${n % 4}` },
		}),
	);
	const ROWS_ARE_MADE = '| where true';

	for (const stages of [
		'select end_time, remote_ip, latency SEAM | stat count(), p99(latency), max(latency) by remote_ip 5s',
		'select remote_ip, took = latency, status SEAM | stat worst = arg_max(took, this), p50(took) by status',
		'select end_time, ip = remote_ip SEAM | stat count(), span(end_time) by ip every session(3s)',
		'select ts, status | select status SEAM | stat count(where status == null), sum(status)',
		'select ts, status SEAM | stat count() by status over 4s every 2s | stat sum(count)',
	])
		it(`is the same as one that is made: ${stages}`, async () => {
			const fused = await run(`watch http | ${stages.replace('SEAM', '')}`, [exchanges]);
			const made = await run(`watch http | ${stages.replace('SEAM', ROWS_ARE_MADE)}`, [exchanges]);
			assert.ok(rowsOf(fused).length > 0);
			assert.deepEqual(rowsOf(fused), rowsOf(made));
			assert.deepEqual(
				fused.plan.schema.columns.map(({ name, type }) => [name, type]),
				made.plan.schema.columns.map(({ name, type }) => [name, type]),
			);
			assert.deepEqual(fused.completeness, made.completeness);
			assert.deepEqual(fused.warnings, made.warnings);
		});
});
