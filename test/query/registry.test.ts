import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lookupField } from '../../engine/exchange/catalog.ts';
import { PROTOCOLS } from '../../engine/protocols/registry.ts';
import { AGGREGATES } from '../../engine/query/aggregates/registry.ts';
import { FUNCTIONS } from '../../engine/query/functions/registry.ts';
import { OPERATORS } from '../../engine/query/operators/registry.ts';
import { PLANNED_FIELDS, PLANNED_PROTOCOLS } from '../../engine/query/planned.ts';
import { viewNames } from '../../engine/query/views/names.ts';
import { compile, planOf } from '../support/query.ts';

describe('the registry of operators', () => {
	for (const { name, doc, usage, examples } of OPERATORS.values())
		it(`${name} says what it does, in examples that run`, async () => {
			assert.ok(doc.length > 0 && usage.startsWith(name) && examples.length > 0);
			for (const example of examples) {
				assert.match(example, new RegExp(`\\b${name}\\b`));
				await planOf(example);
			}
		});

	for (const { name, source } of OPERATORS.values())
		it(`${name} on its own is mended by what is proposed, if anything is`, async () => {
			const before = source ? '' : 'watch http | ';
			const { diagnostics } = await compile(`${before}${name}`);
			for (const { label = '' } of diagnostics)
				for (const [, example = ''] of /^such as/.test(label) ? label.matchAll(/`(.*?)`/g) : [])
					await planOf(`${before}${example}`);
		});

	it('of functions and aggregates have examples that run', async () => {
		for (const { name, doc, example } of FUNCTIONS.values()) {
			assert.ok(doc.length > 0 && example.includes(`${name}(`), name);
			await planOf(`watch http | select x = ${example}`);
		}
		for (const { name, doc, example } of AGGREGATES.values()) {
			assert.ok(doc.length > 0 && example.includes(`${name}(`), name);
			await planOf(`watch http | stat ${example}`);
		}
	});

	it('of flags say what stands behind them', () => {
		for (const { flags = [], name } of OPERATORS.values())
			for (const flag of flags) assert.ok(flag.doc.length > 0 && /^[a-z-]+$/.test(flag.name), name);
	});

	it('holds each name once', () => {
		for (const { name } of PROTOCOLS) assert.ok(!PLANNED_PROTOCOLS.has(name), `${name} exists and is planned`);
		for (const name of PLANNED_FIELDS.keys())
			assert.equal(lookupField(name, null), null, `${name} exists and is planned`);
		for (const name of viewNames()) assert.ok(!OPERATORS.has(name), `${name} is an operator and a view`);
		for (const name of AGGREGATES.keys()) assert.ok(!FUNCTIONS.has(name), `${name} is an aggregate and a function`);
	});
});
