import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_RANGES, MessageStages, NO_TIMES, type StageRange } from '../../engine/exchange/stages.ts';

/** A call for 10 bytes at `time`, and what is known of them. */
const call = (index: number, time: number, times: Partial<StageRange['times']>): StageRange => ({
	pos: 10 * index,
	end: 10 * index + 10,
	kind: 'call',
	time,
	times: { ...NO_TIMES, ...times },
	iface: null,
});

const sent = (index: number, time: number, left: number | null) => call(index, time, { queued: left, queuedEnd: left });
const read = (index: number, time: number, readable: number | null) => call(index, time, { readable });

const CASES: Readonly<Record<string, readonly ['in' | 'out', readonly StageRange[], number | null]>> = {
	'everything had left: the process was waited for': [
		'out',
		[sent(0, 100, 101), sent(1, 200, 201), sent(2, 300, 301)],
		198,
	],
	'it wrote when there was room': ['out', [sent(0, 100, 190), sent(1, 190, 300), sent(2, 290, 400)], 0],
	'what it wrote had not left yet': ['out', [sent(0, 100, 150), sent(1, 200, null)], 50],
	'nothing is known of the device': ['out', [sent(0, 100, null), sent(1, 200, null)], null],
	'it read what had come at once': ['in', [read(0, 100, 90), read(1, 200, 199), read(2, 300, 300)], 1],
	'it left lying what had come': ['in', [read(0, 100, 90), read(1, 200, 95), read(2, 300, 150)], 200],
	'one call': ['in', [read(0, 100, 90)], 0],
};

describe('the time that a message owes to its process', () => {
	for (const [name, [direction, ranges, expected]] of Object.entries(CASES))
		it(name, () =>
			assert.equal(new MessageStages(direction, 0, 10 * ranges.length, [...ranges]).processTime, expected),
		);
});

describe('what becomes known late', () => {
	it('is of the bytes of the message only', () => {
		const stages = new MessageStages('out', 0, 10, [call(0, 100, {})]);
		stages.addLate({ ...sent(1, 200, 201), kind: 'part' });
		assert.equal(stages.queued, null);
		stages.addLate({ ...sent(0, 200, 201), kind: 'part' });
		assert.equal(stages.queued, 201);
	});

	it('is bounded', () => {
		const stages = new MessageStages('out', 0, 10, []);
		for (let i = 0; i < 2 * MAX_RANGES; i++) stages.addLate({ ...sent(0, i, null), kind: 'retransmit' });
		assert.equal(stages.retransmits, MAX_RANGES);
	});
});
