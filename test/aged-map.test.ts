import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgedMap } from '../engine/aged-map.ts';
import fc from './support/property.ts';

/** The same by a Map, as slowly as it does that. */
class Model {
	readonly #map = new Map<number, number>();

	set(key: number, value: number): void {
		this.#map.set(key, value);
	}

	renew(key: number): number | undefined {
		const value = this.#map.get(key);
		if (value !== undefined && this.#map.delete(key)) this.#map.set(key, value);
		return value;
	}

	delete(key: number): boolean {
		return this.#map.delete(key);
	}

	deleteOldest(): void {
		const [oldest] = this.#map.keys();
		if (oldest !== undefined) this.#map.delete(oldest);
	}

	clear(): void {
		this.#map.clear();
	}

	get state(): unknown {
		const [[oldestKey, oldest] = []] = this.#map;
		return { size: this.#map.size, oldestKey, oldest, keys: [...this.#map.keys()], values: [...this.#map.values()] };
	}
}

type Change = (map: AgedMap<number, number> | Model) => unknown;

const key = fc.nat(5);
const change: fc.Arbitrary<Change> = fc.oneof(
	{
		weight: 5,
		arbitrary: fc.tuple(key, fc.nat()).map(
			([at, value]): Change =>
				(map) =>
					map.set(at, value),
		),
	},
	{
		weight: 3,
		arbitrary: key.map(
			(at): Change =>
				(map) =>
					map.renew(at),
		),
	},
	{
		weight: 3,
		arbitrary: key.map(
			(at): Change =>
				(map) =>
					map.delete(at),
		),
	},
	{ weight: 2, arbitrary: fc.constant<Change>((map) => map.deleteOldest()) },
	{ weight: 1, arbitrary: fc.constant<Change>((map) => map.clear()) },
);

test('it is a map that is in the order of age', () => {
	fc.assert(
		fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
			const [map, model] = [new AgedMap<number, number>(), new Model()];
			for (const apply of changes) {
				assert.equal(apply(map), apply(model));
				const { size, oldestKey, oldest } = map;
				assert.deepEqual({ size, oldestKey, oldest, keys: map.keys(), values: map.values() }, model.state);
				for (let at = 0; at <= 5; at++) assert.equal(map.has(at), map.keys().includes(at));
			}
		}),
		{ numRuns: 2000 },
	);
});
