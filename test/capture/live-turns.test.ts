import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveTurns } from '../../engine/capture/live-turns.ts';

const MS = 1_000_000n;
const KIB = 1024;
const RING = 32 << 20;

/** Turns as [bytes, ms since the turn before], and what is to wake the reader behind the last of them. */
const CASES: readonly { name: string; ring?: number; turns: readonly (readonly [number, bigint])[]; enough: number }[] =
	[
		{ name: 'before anything came: a part of the ring', turns: [], enough: RING / 4 },
		{ name: 'little in each pause: a part of the ring', turns: [[300 * KIB, 50n]], enough: RING / 4 },
		{ name: 'full load: short turns', turns: [[3000 * KIB, 50n]], enough: 64 * KIB },
		{
			name: 'full load stays that in short turns',
			turns: [
				[3000 * KIB, 50n],
				[70 * KIB, 2n],
			],
			enough: 64 * KIB,
		},
		{
			name: 'less again: a part of the ring',
			turns: [
				[3000 * KIB, 50n],
				[50 * KIB, 50n],
			],
			enough: RING / 4,
		},
		{ name: 'bulk: what comes in a millisecond', turns: [[500 * KIB, 1n]], enough: 500 * KIB },
		{ name: 'never more than a part of the ring', ring: 1 << 20, turns: [[500 * KIB, 1n]], enough: 256 * KIB },
		{ name: 'no time between two turns', turns: [[1, 0n]], enough: 1_000_000 },
	];

for (const { name, ring, turns, enough } of CASES)
	test(name, () => {
		const turn = new LiveTurns(0n, ring ?? RING);
		let now = 0n;
		for (const [bytes, ms] of turns) {
			now += ms * MS;
			turn.took(bytes, now);
		}
		assert.equal(turn.enough, enough);
	});
