import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CaptureDemand, RECORD_EVERYTHING, type ScopeClause } from '../../engine/capture/demand.ts';
import { STAGE_PARTS } from '../../engine/exchange/stage-parts.ts';
import { lackOf, unionDemand } from '../../engine/shell/union-demand.ts';

const demand = (fields: Partial<CaptureDemand> = {}): CaptureDemand => ({
	scope: [{ localPorts: [80] }],
	protocols: ['http'],
	payloadBytes: 8192,
	bodyBytes: 0,
	stages: [],
	...fields,
});

test('a demand alone is itself', () => assert.deepEqual(unionDemand([demand()]), demand()));

test('several get what any of them needs', () => {
	const more = demand({
		scope: [{ localPorts: [80] }, { pids: [1] }],
		protocols: ['dns', 'http'],
		payloadBytes: Number.POSITIVE_INFINITY,
		bodyBytes: 100,
		stages: ['received', 'sent'],
	});
	assert.deepEqual(unionDemand([demand(), more]), { ...more, protocols: ['http', 'dns'] });
});

test('all protocols and everything on the host stay all', () => {
	assert.equal(unionDemand([demand(), demand({ protocols: null })]).protocols, null);
	assert.deepEqual(unionDemand([demand(), demand({ scope: [{}] })]).scope, [{}]);
});

test('clauses that differ in one restriction become one', () => {
	const scope: ScopeClause[] = Array.from({ length: 20 }, (_, i) => ({ localPorts: [2 * i], side: 'server' }));
	const united = unionDemand([demand({ scope }), demand({ scope: [{ localPorts: [1], side: 'server' }] })]).scope;
	const even = Array.from({ length: 18 }, (_, i) => 2 * i + 4);
	assert.deepEqual(united, [{ localPorts: [[0, 2], ...even], side: 'server' }]);
});

test('more clauses than the kernel can tell apart become wider, but stay within what all are restricted to', () => {
	const scope: ScopeClause[] = Array.from({ length: 20 }, (_, i) => ({ pids: [7], localPorts: [i], netns: [i] }));
	const others: ScopeClause[] = Array.from({ length: 20 }, (_, i) => ({ pids: [7], remotePorts: [i], netns: [i] }));
	const united = unionDemand([demand({ scope }), demand({ scope: others })]).scope;
	assert.ok(united.length <= 32 && united.every(({ pids }) => String(pids) === '7'));
});

const recorded: CaptureDemand = { ...RECORD_EVERYTHING, scope: [{}] };

test('a recording of everything answers everything', () => {
	assert.equal(
		lackOf(recorded, demand({ payloadBytes: Number.POSITIVE_INFINITY, stages: STAGE_PARTS, protocols: null })),
		null,
	);
});

const LACKS: readonly (readonly [recorded: Partial<CaptureDemand>, needed: Partial<CaptureDemand>, lack: string])[] = [
	[{ protocols: ['dns'] }, {}, 'it holds no http'],
	[{ protocols: ['http'] }, { protocols: null }, 'it holds only http'],
	[{ payloadBytes: 100 }, {}, 'it holds only the beginning of each message'],
	[{ bodyBytes: 0 }, { bodyBytes: 1 }, 'it holds no bodies'],
	[{ stages: [] }, { stages: ['rtt'] }, 'it holds no stage times'],
	[{ stages: ['readable', 'rtt'] }, { stages: ['received', 'readable'] }, 'of the stages it holds no received'],
];

for (const [has, needs, lack] of LACKS) {
	test(`a recording is refused: ${lack}`, () => assert.equal(lackOf({ ...recorded, ...has }, demand(needs)), lack));
}

test('what is only shown may be missing in a recording, what is required may not', () => {
	const shown = demand({ payloadBytes: Number.POSITIVE_INFINITY, bodyBytes: 100, stages: STAGE_PARTS });
	const heads = demand();
	assert.match(lackOf(heads, shown) ?? '', /beginning of each message/);
	const { payloadBytes, bodyBytes, stages } = heads;
	const lenient = { ...shown, required: { payloadBytes, bodyBytes, stages } };
	assert.equal(lackOf(heads, lenient), null);
	const both = unionDemand([lenient, demand({ stages: ['rtt'] })]);
	assert.deepEqual(both, { ...shown, required: { payloadBytes, bodyBytes, stages: ['rtt'] } });
	assert.equal(lackOf(heads, both), 'it holds no stage times');
});
