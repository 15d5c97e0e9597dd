import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Value } from '../../engine/exchange/field.ts';
import { nameOf, partType, type Type, typeText } from '../../engine/exchange/type.ts';
import { allEntries } from '../../engine/shell/reference/entries.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { compile, rowsOf, run } from '../support/query.ts';

const KINDS: Partial<Record<string, string>> = {
	...{ bool: 'boolean', int: 'number', float: 'number', duration: 'number', size: 'number', time: 'number' },
	...{ string: 'string', ip: 'string', cidr: 'string', list: 'object', map: 'object', record: 'object' },
};

/** Null is of every type. */
function assertIs(value: Value, type: Type, where: string): void {
	const name = nameOf(type);
	if (value === null || name === 'any') return;
	const said = `${where} is ${typeText(type)}, and its value ${typeof value}`;
	assert.equal(typeof value, KINDS[name], said);
	assert.equal(Array.isArray(value), name === 'list', said);
	if (typeof type === 'string' || typeof value !== 'object') return;
	if ('tuple' in type) assert.equal(Object.keys(value).length, type.tuple.length, said);
	for (const [part, inner] of Object.entries(value)) {
		const known = Array.isArray(value) ? Number(part) : part;
		if ('record' in type) assert.ok(type.record.has(part), `${said}, with ${part}`);
		assertIs(inner as Value, partType(type, known), `${where}.${part}`);
	}
}

const SENT = Array.from({ length: 12 }, (_, i) =>
	exchange({
		target: `/api/users/${i % 3}?page=${i}`,
		at: i * SECOND,
		latency: (i + 1) * MS,
		status: i % 4 === 0 ? 500 : 200,
		headers: 'X-Request-Id: r\r\nCookie: a=b\r\n',
		body: '{"user":{"id":7}}',
		endpoint: { side: i % 2 === 0 ? 'server' : 'client' },
	}),
);

const examples = [...new Set(allEntries().flatMap((entry) => entry.examples))].filter((text) => /^watch/.test(text));

it('the values of every example of the reference are of the types of their columns', async () => {
	let checked = 0;
	for (const text of examples) {
		const { plans, diagnostics } = await compile(text);
		if (plans.length !== 1 || diagnostics.length > 0) continue;
		const ran = await run(text, [SENT]);
		for (const row of rowsOf(ran)) {
			for (const [at, { name, type }] of ran.plan.schema.columns.entries())
				assertIs(row[at] ?? null, type, `${text}: ${name}`);
			checked++;
		}
	}
	assert.ok(checked > 500, `${checked} rows`);
});
