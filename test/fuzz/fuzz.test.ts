import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supervise } from './supervise.ts';
import { TARGETS } from './targets/registry.ts';

/** The same inputs in every run: `npm run fuzz` looks for new ones. */
const SEED = 1;
const RUNS = 600;

for (const target of TARGETS) {
	test(`${target.name}: seeds, findings of before, and ${RUNS} inputs`, async (context) => {
		const { progress, finding } = await supervise(target, {
			seed: SEED,
			runs: RUNS,
			seconds: Number.POSITIVE_INFINITY,
		});
		assert.equal(finding, undefined, finding?.message);
		assert.ok(progress !== null && progress.runs >= RUNS);
		context.diagnostic(`${progress.corpus} inputs kept, ${progress.covered} bytes of source covered`);
	});
}
