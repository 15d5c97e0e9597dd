import assert from 'node:assert/strict';
import type { Value } from '../../engine/exchange/field.ts';
import { nameOf, partType, type Type, typeText } from '../../engine/exchange/type.ts';
import { exchange, MS, SECOND } from '../support/exchanges.ts';
import { type Ran, rowsOf } from '../support/query.ts';

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

/** Exchanges that differ. */
export const SENT = Array.from({ length: 12 }, (_, i) =>
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

/** Asserts that the values of a run are of the types of their columns; gives the number of rows. */
export const assertTypes = (ran: Ran): number => {
	const rows = rowsOf(ran);
	for (const row of rows)
		for (const [at, { name, type }] of ran.plan.schema.columns.entries()) assertIs(row[at] ?? null, type, name);
	return rows.length;
};
