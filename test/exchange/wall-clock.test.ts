import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wallClock } from '../../engine/exchange/wall-clock.ts';
import fc from '../support/property.ts';

test('times are exact to the nanosecond, over the bounds of seconds and back', () => {
	const clock = wallClock({ startWall: 1_767_323_045_999_999_999n });
	assert.equal(clock.rfc3339(0), '2026-01-02T03:04:05.999999999Z');
	assert.equal(clock.rfc3339(1), '2026-01-02T03:04:06.000000000Z');
	assert.equal(clock.rfc3339(-1_000_000_000), '2026-01-02T03:04:04.999999999Z');
	assert.equal(clock.rfc3339(86_400e9), '2026-01-03T03:04:05.999999999Z');
});

test('the same as arithmetic with BigInt, for 104 days', () => {
	const startWall = 1_767_323_045_123_456_789n;
	const clock = wallClock({ startWall });
	fc.assert(
		fc.property(fc.integer({ min: -1e15, max: 104 * 86_400 * 1e9 }), (time) => {
			const ns = startWall + BigInt(time);
			const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
			assert.equal(clock.rfc3339(time), `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`);
		}),
	);
});

test('the time of day is local', () => {
	const zone = process.env.TZ;
	process.env.TZ = 'Asia/Kolkata';
	try {
		assert.equal(wallClock({ startWall: 1_767_323_045_000_000_000n }).timeOfDay(123_999_999), '08:34:05.123');
	} finally {
		if (zone === undefined) delete process.env.TZ;
		else process.env.TZ = zone;
	}
});
