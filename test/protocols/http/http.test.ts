import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { bodyOf, type Cut, eventsOf, inPieces, summary } from '../../support/conversations.ts';
import { assemble } from '../../support/events.ts';
import fc from '../../support/property.ts';
import type { HttpCase } from './cases/case.ts';
import { FLOW_CASES } from './cases/flow.ts';
import { MESSAGES_CASES } from './cases/messages.ts';
import { ODD_CASES } from './cases/odd.ts';

const HTTP_CASES = [...MESSAGES_CASES, ...FLOW_CASES, ...ODD_CASES];

const check = (one: HttpCase, cut?: Cut): void => {
	const { rows, completeness } = assemble([Buffer.concat(eventsOf(one, cut))]);
	assert.deepEqual(rows.map(summary), one.expected);
	assert.deepEqual(completeness, { ...newCompleteness(), ...one.counts });
	const last = rows.at(-1);
	if (one.body !== undefined && last) assert.equal(bodyOf(last, 'response'), one.body);
};

for (const one of HTTP_CASES) {
	test(`HTTP: ${one.name}`, () => check(one));
	test(`HTTP, byte by byte: ${one.name}`, () => check(one, inPieces([1])));
}

test('any cut of the streams into events gives the same exchanges', () => {
	const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
	fc.assert(
		fc.property(fc.constantFrom(...HTTP_CASES), lengths, (one, sizes) => {
			check(one, inPieces(sizes));
		}),
		{ numRuns: 2000 },
	);
});
