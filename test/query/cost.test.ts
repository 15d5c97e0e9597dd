import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkCondition } from '../../engine/query/expression/check.ts';
import { cheaperFirst } from '../../engine/query/expression/cost.ts';
import type { Flow } from '../../engine/query/flow.ts';
import { Problems } from '../../engine/query/problems.ts';
import { Replacements } from '../../engine/query/replacements.ts';
import { parseExpression } from '../../grammar/parse.ts';

const flow: Flow = {
	exchanges: true,
	nested: [],
	columns: [],
	protocols: ['http'],
	shape: 'stream',
	bounded: true,
	collects: false,
	heldBy: null,
};

/** Whether the right side of a condition is decided first. */
const isTurned = (text: string): boolean => {
	const source = { name: 'condition', text };
	const problems = new Problems(source);
	const ir = checkCondition(parseExpression(source).expr!, {
		problems,
		definitions: { values: new Map(), fns: new Map(), ops: new Map() },
		flow,
		nowNs: 0n,
		replacements: new Replacements(),
		aggregate: null,
		replacing: [],
	});
	assert.ok(ir?.kind === 'and' || ir?.kind === 'or', `${text}: ${JSON.stringify(problems.diagnostics)}`);
	return cheaperFirst(ir.left, ir.right)[0] === ir.right;
};

const CASES: Readonly<Record<string, boolean>> = {
	'path contains "a" and latency > 1ms': true,
	'path contains "a" or latency > 1ms': true,
	'status >= 500 and (resp_size > 1kB or not has(req_size))': true,
	'path contains "a" and status >= 500 and latency > 1ms': true,
	'latency > 1ms and path contains "a"': false,
	'latency > 1ms and resp_size > 1kB': false,
	'path contains "a" and status >= 500': false,
	// How many values could not be converted is told: it must not depend on the other side.
	'int(path) > 3 and latency > 1ms': false,
	'path contains "a" and int(side) > 1': false,
};

describe('a condition that needs nothing decoded is decided first', () => {
	for (const [text, turned] of Object.entries(CASES)) test(text, () => assert.equal(isTurned(text), turned));
});
