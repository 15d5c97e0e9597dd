import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newCompleteness } from '../../../engine/completeness.ts';
import { type Cut, eventsOf, fieldOf, inPieces } from '../../support/conversations.ts';
import { assemble } from '../../support/events.ts';
import { GET, OK } from './cases/case.ts';

/* Servers take targets of 8 to 64 KiB, as they are set: also the first one of a connection, which tells what it speaks. */

const targetOf = (length: number): string => `/${'a'.repeat(length - 1)}`;

const told = (target: string, cut?: Cut) => {
	const request = `GET ${target} HTTP/1.1\r\n\r\n`;
	const { rows, completeness } = assemble(
		eventsOf(
			{
				turns: [
					['>', request],
					['<', OK],
					['>', GET],
					['<', OK],
				],
			},
			cut,
		),
	);
	return { rows: rows.map((row) => [String(fieldOf(row, 'path')).length, fieldOf(row, 'status')]), completeness };
};

for (const length of [1000, 16_000, 16_384, 20_000, 60_000])
	for (const [name, cut] of [
		['at once', undefined],
		['in segments', inPieces([1448])],
	] as const)
		test(`a first target of ${length} bytes, ${name}`, () => {
			const rows = [
				[length, 200],
				[2, 200],
			];
			assert.deepEqual(told(targetOf(length), cut), { rows, completeness: newCompleteness() });
		});

test('a first target beyond any is counted, and the next request is read', () => {
	const { rows, completeness } = told(targetOf(100_000), inPieces([1448]));
	assert.deepEqual([rows, completeness.overflowed, completeness.unpaired], [[[2, 200]], 1, 1]);
	assert.equal(completeness.unparsedBytes + completeness.otherBytes, 100_017);
});

test('other long lines are of no protocol that is known', () => {
	for (const target of ['?', 'x', ' ', '{']) {
		const { completeness } = told(`${target}${'a'.repeat(20_000)}`);
		assert.equal(completeness.unparsedBytes, 0);
		assert.ok(completeness.otherBytes > 20_000);
	}
});
