import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgedMap } from '../engine/aged-map.ts';
import { NumberMap } from '../engine/number-map.ts';
import fc from './support/property.ts';

/** Few, so that they meet again; small ones, those that need all bits, and some that differ in the upper bits only. */
const KEYS = [0, 1, 2, 3, 5, 16, 17, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 3 * 2 ** 32, 2 ** 48 - 1, 2 ** 53 - 1];

const change = fc.record({
	kind: fc.constantFrom('set', 'set', 'set', 'delete', 'delete', 'clear'),
	key: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.maxSafeNat() }),
});

test('it is a map', () => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
			const [map, model] = [new NumberMap<object>(), new Map<number, object>()];
			const seen = new Set<number>(KEYS);
			for (const [i, { kind, key }] of changes.entries()) {
				seen.add(key);
				const value = { i };
				if (kind === 'set') for (const any of [map, model]) any.set(key, value);
				else if (kind === 'delete') assert.equal(map.delete(key), model.delete(key));
				else if (i % 10 === 0) for (const any of [map, model]) any.clear();
				assert.equal(map.size, model.size);
				for (const known of seen) {
					assert.equal(map.get(known), model.get(known));
					assert.equal(map.has(known), model.has(known));
				}
			}
		}),
		{ numRuns: 1000 },
	);
});

test('also where many come and go', () => {
	const [map, model] = [new NumberMap<object>(), new Map<number, object>()];
	for (let i = 0; i < 100_000; i++) {
		const value = {};
		for (const any of [map, model]) any.set(i * 3, value);
		if (i >= 5000) for (const any of [map, model]) any.delete((i - 5000) * 3);
	}
	assert.equal(map.size, model.size);
	for (let key = 0; key < 300_000; key++) assert.equal(map.get(key), model.get(key));
});

test('it can be what an aged map finds its entries by', () => {
	const map = new AgedMap<number, string>(new NumberMap());
	for (const key of KEYS) map.set(key, `${key}`);
	map.renew(0);
	map.deleteOldest();
	assert.deepEqual(map.keys(), [...KEYS.slice(2), 0]);
	assert.equal(map.get(2 ** 32), `${2 ** 32}`);
	assert.equal(map.get(1), undefined);
});
