import assert from 'node:assert/strict';
import type { Exchange } from '../../engine/exchange/exchange.ts';
import type { Value, ValueMap } from '../../engine/exchange/field.ts';
import { eventsOf, fieldOf } from './conversations.ts';
import { assemble } from './events.ts';

/** A message of lines that end with CRLF, its Content-Length added. */
export const message = (lines: readonly string[], body: Uint8Array | string = ''): Buffer => {
	const bytes = Buffer.from(body);
	return Buffer.concat([Buffer.from([...lines, `Content-Length: ${bytes.length}`, '', ''].join('\r\n')), bytes]);
};

/** The exchange that a request and its response make on their way through the assembler. */
export const exchangeOf = (request: Buffer, response = message(['HTTP/1.1 200 OK'])): Exchange => {
	const { rows } = assemble(
		eventsOf({
			turns: [
				['>', request],
				['<', response],
			],
		}),
	);
	assert.equal(rows.length, 1);
	return rows[0]!;
};

/** The value of a field with what its getters give, as plain objects. */
export const plain = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(plain);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
};

/** A field that is a map; null where it is not there. */
export const mapOf = (exchange: Exchange, name: string): unknown => plain(fieldOf(exchange, name));

export const partOf = (exchange: Exchange, name: 'request' | 'response', part: string): Value => {
	const record = fieldOf(exchange, name);
	assert.ok(typeof record === 'object' && record !== null);
	return (record as ValueMap)[part] ?? null;
};
