import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ColumnWish, fit, noRoom } from '../../engine/output/fit.ts';
import fc from '../support/property.ts';

const text = (natural: number): ColumnWish => ({ natural, compact: natural, clippable: true });
const number = (natural: number, compact = natural): ColumnWish => ({ natural, compact, clippable: false });

test('what fits keeps its width', () => assert.deepEqual(fit([text(10), number(5)], 17, 2), [10, 5]));

test('headers are broken first', () => assert.deepEqual(fit([text(10), number(11, 7)], 20, 2), [10, 7]));

test('then the widest text is clipped', () => {
	assert.deepEqual(fit([text(15), text(100), number(5)], 60, 2), [15, 36, 5]);
});

test('then columns are left out from the right, numbers never clipped', () => {
	assert.deepEqual(fit([text(30), number(9), number(9), text(30)], 40, 2), [18, 9, 9, null]);
});

test('those that tell rows apart are the last to go', () => {
	const key = { ...number(9), key: true };
	assert.deepEqual(fit([number(9), key, number(9), key], 31, 2), [9, 9, null, 9]);
	assert.deepEqual(fit([number(9), key, number(9), key], 20, 2), [null, 9, null, 9]);
	assert.deepEqual(fit([number(9), key, number(9), key], 10, 2), [null, 9, null, null]);
});

test('the first column stays, whatever the width', () => assert.deepEqual(fit([text(30), text(30)], 5, 2), [5, null]));

test('a table is never wider than it may be, and no number is clipped', () => {
	const wish = fc
		.record({
			compact: fc.integer({ min: 1, max: 60 }),
			more: fc.integer({ min: 0, max: 20 }),
			clippable: fc.boolean(),
		})
		.map(({ compact, more, clippable }) => ({ compact, natural: compact + more, clippable }));
	fc.assert(
		fc.property(fc.array(wish, { minLength: 1, maxLength: 20 }), fc.integer({ min: 62, max: 250 }), (wishes, width) => {
			const fitted = fit(wishes, width, 2);
			const widths = fitted.filter((one) => one !== null);
			assert.ok(widths.length >= 1);
			assert.ok(widths.reduce((sum, one) => sum + one, 2 * (widths.length - 1)) <= width);
			for (const [i, one] of fitted.entries()) {
				if (one === null) continue;
				assert.ok(one >= (wishes[i].clippable ? 1 : wishes[i].compact));
				assert.ok(one <= wishes[i].natural);
			}
		}),
	);
});

test('what was left out is told with its mend, of many columns the first', () => {
	const columns = ['max_latency', 'sent', 'received', 'processes', 'first_seen', 'last_seen'];
	assert.equal(noRoom(columns, 80), 'no room for max_latency, sent and 4 more (a wider terminal or `select`)');
	assert.equal(noRoom(columns.slice(0, 1), 10), 'no room for max_latency (a wider terminal or `select`)');
});
