import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfter } from '../../engine/capture/live-pause.ts';

const MS = 1e6;

/** Bytes, ms since the look before, ms until the next one. */
const CASES: readonly (readonly [what: string, bytes: number, since: number, pause: number])[] = [
	['nothing', 0, 5, 5],
	['one exchange', 500, 5, 5],
	['2,000 exchanges a second', 10 * 500, 5, 5],
	['40,000 exchanges a second', 200 * 500, 5, 15],
	['the same, looked at less often', 600 * 500, 15, 15],
	['a bulk transfer of 1 GB a second', 5_000_000, 5, 5],
	['a bulk transfer that began meanwhile', 10_000_000, 15, 5],
	['a first look at once', 0, 0, 5],
];

for (const [what, bytes, since, pause] of CASES) {
	test(`the pause after ${what}: ${pause} ms`, () => assert.equal(pauseAfter(bytes, since * MS), pause));
}
