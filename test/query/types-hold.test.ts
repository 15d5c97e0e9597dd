import assert from 'node:assert/strict';
import { it } from 'node:test';
import { allEntries } from '../../engine/shell/reference/entries.ts';
import { compile, run } from '../support/query.ts';
import { assertTypes, SENT } from './conforms.ts';

const examples = [...new Set(allEntries().flatMap((entry) => entry.examples))].filter((text) => /^watch/.test(text));

it('the values of every example of the reference are of the types of their columns', async () => {
	let rows = 0;
	for (const text of examples) {
		const { plans, diagnostics } = await compile(text);
		if (plans.length === 1 && diagnostics.length === 0) rows += assertTypes(await run(text, [SENT]));
	}
	assert.ok(rows > 500, `${rows} rows`);
});
