import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import { completenessLine, losses } from '../../engine/output/loss.ts';

test('nothing lost', () => {
	assert.equal(completenessLine(10_000, null, newCompleteness()), '10,000 exchanges, nothing lost');
	assert.equal(completenessLine(1, 1, newCompleteness()), '1 exchange, nothing lost');
	assert.equal(completenessLine(7, 5, newCompleteness()), '5 rows from 7 exchanges, nothing lost');
});

test('what was lost, in words', () => {
	const completeness = { ...newCompleteness(), ringDrops: 12_345, ringDropBytes: 2_000_000, gaps: 1, gapBytes: 40 };
	assert.equal(
		completenessLine(9, null, completeness),
		'9 exchanges, lost: 12,345 events (2.0MB) dropped because the ring buffer was full; 1 gap (40B) in byte streams',
	);
});

/** They stand beside a count of their own. */
const SIZES = ['ringDropBytes', 'gapBytes'];

test('no kind of loss stays silent', () => {
	const kinds = Object.keys(newCompleteness()).filter((kind) => !SIZES.includes(kind)) as (keyof Completeness)[];
	for (const kind of kinds) assert.equal(losses({ ...newCompleteness(), [kind]: 3 }).length, 1, kind);
});
