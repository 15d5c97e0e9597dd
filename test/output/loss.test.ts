import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Completeness, newCompleteness } from '../../engine/completeness.ts';
import { completenessLine, losses } from '../../engine/output/loss.ts';

test('nothing lost', () => {
	assert.equal(completenessLine(10_000, null, newCompleteness()), '10,000 exchanges, nothing lost');
	assert.equal(completenessLine(1, 1, newCompleteness()), '1 exchange, nothing lost');
	assert.equal(completenessLine(7, 5, newCompleteness()), '5 rows from 7 exchanges, nothing lost');
	assert.equal(completenessLine(null, 5, newCompleteness()), '5 rows, nothing lost');
	assert.equal(completenessLine(null, null, newCompleteness()), 'nothing lost');
});

test('what was lost, in words', () => {
	const completeness = { ...newCompleteness(), ringDrops: 12_345, ringDropBytes: 2_000_000, gaps: 1, gapBytes: 40 };
	assert.equal(
		completenessLine(9, null, completeness),
		'9 exchanges, lost: 12,345 events (2.0MB) dropped because the ring buffer was full; 1 gap (40B) in byte streams',
	);
});

/** Sizes that stand beside a count of their own, and what was seen but not asked for. */
const NO_LOSS_OF_THEIR_OWN = [
	'ringDropBytes',
	'unseenBytes',
	'mptcpBytes',
	'gapBytes',
	'earlier',
	'otherBytes',
	'tlsBytes',
	'http2Bytes',
];

test('bytes of other protocols are told, and are no loss', () => {
	const completeness = { ...newCompleteness(), otherBytes: 2500 };
	assert.deepEqual(losses(completeness), []);
	assert.equal(completenessLine(2, null, completeness), '2 exchanges, nothing lost (and 2.5KB of other protocols)');
	assert.equal(
		completenessLine(2, null, { ...completeness, tlsBytes: 900 }),
		'2 exchanges, nothing lost (and 900B of TLS, which is not decrypted, 2.5KB of other protocols)',
	);
});

test('no kind of loss stays silent', () => {
	const kinds = Object.keys(newCompleteness()).filter(
		(kind) => !NO_LOSS_OF_THEIR_OWN.includes(kind),
	) as (keyof Completeness)[];
	for (const kind of kinds) assert.equal(losses({ ...newCompleteness(), [kind]: 3 }).length, 1, kind);
});
