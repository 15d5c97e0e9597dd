import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { type Cut, eventsOf, inPieces } from '../../support/conversations.ts';
import { assemble } from '../../support/events.ts';
import fc from '../../support/property.ts';
import { fieldOf, summary } from '../../support/websocket.ts';
import { CASES, type WebSocketCase } from './cases.ts';

const check = (one: WebSocketCase, cut?: Cut): void => {
	const { rows, completeness } = assemble([Buffer.concat(eventsOf(one, cut))], { protocols: ['websocket'] });
	assert.deepEqual(rows.map(summary), one.expected);
	assert.deepEqual(completeness, { ...newCompleteness(), ...one.counts });
	for (const row of rows) {
		assert.equal(fieldOf(row, 'path'), '/chat');
		assert.equal(row.owner?.pid, 100);
		assert.ok(row.endTime >= row.startTime);
	}
};

for (const one of CASES) {
	test(`WebSocket: ${one.name}`, () => check(one));
	test(`WebSocket, byte by byte: ${one.name}`, () => {
		// What frames begin with again is told by whole events.
		if (one.counts?.unparsedBytes === undefined) check(one, inPieces([1]));
	});
}

test('who asks for HTTP alone gets the upgrade, and frames are not looked into', () => {
	for (const one of CASES) {
		const { rows, completeness } = assemble([Buffer.concat(eventsOf(one))], { protocols: ['http'] });
		assert.deepEqual([...new Set(rows.map(({ protocol }) => protocol))], ['http'], one.name);
		// What is wrong with frames is not known either.
		assert.equal(completeness.unparsedBytes, 0, one.name);
	}
	const frames = CASES.filter((one) => one.expected.length > 0 && one.counts === undefined);
	assert.ok(frames.length > 0);
	for (const one of frames) {
		const { completeness } = assemble([Buffer.concat(eventsOf(one))], { protocols: ['http'] });
		assert.ok(completeness.otherBytes > 0, one.name);
	}
});

test('any cut of the streams into events gives the same messages', () => {
	const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
	const cases = CASES.filter(
		({ counts, turns }) => counts?.unparsedBytes === undefined && turns.every(([, t]) => t.length < 1000),
	);
	fc.assert(
		fc.property(fc.constantFrom(...cases), lengths, (one, sizes) => {
			check(one, inPieces(sizes));
		}),
		{ numRuns: 1000 },
	);
});
