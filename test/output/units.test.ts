import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count, counted, duration, size } from '../../engine/output/units.ts';

const DURATIONS: readonly (readonly [ns: number, text: string])[] = [
	[0, '0ns'],
	[850, '850ns'],
	[999.4, '999ns'],
	[999.6, '1.0us'],
	[12_345, '12.3us'],
	[999_960, '1.0ms'],
	[301_234_567, '301.2ms'],
	[999_960_000, '1.00s'],
	[2_147_483_648, '2.15s'],
	[4_294_967_297, '4.29s'],
	[59_999_000_000, '1m00s'],
	[62e9, '1m02s'],
	[7_500e9, '2h05m'],
	[-301_234_567, '-301.2ms'],
	[-62e9, '-1m02s'],
];

test('durations', () => {
	for (const [ns, text] of DURATIONS) assert.equal(duration(ns), text);
});

const SIZES: readonly (readonly [bytes: number, text: string])[] = [
	[0, '0B'],
	[999, '999B'],
	[12.25, '12.3B'],
	[1000, '1.0KB'],
	[1234, '1.2KB'],
	[999_960, '1.0MB'],
	[3_400_000_000, '3.4GB'],
	[5e18, '5000.0PB'],
];

test('sizes', () => {
	for (const [bytes, text] of SIZES) assert.equal(size(bytes), text);
});

test('counts in sentences', () => {
	assert.deepEqual([0, 999, 1000, 1234567].map(count), ['0', '999', '1,000', '1,234,567']);
	assert.equal(counted(1, 'row'), '1 row');
	assert.equal(counted(10_000, 'row'), '10,000 rows');
});
