import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base36, ConnectionNames, connectionName } from '../../engine/connection/tuple.ts';
import fc from '../support/property.ts';

test('names are numbers of base 36', () => {
	const n = fc.oneof(fc.nat(), fc.maxSafeNat()).map((any) => any % 2 ** 48);
	for (const known of [0, 1, 35, 36, 36 ** 5 - 1, 36 ** 5, 36 ** 9, 2 ** 48 - 1])
		assert.equal(base36(known), known.toString(36));
	fc.assert(
		fc.property(n, (any) => assert.equal(base36(any), any.toString(36))),
		{ numRuns: 10_000 },
	);
});

test('both ends give a connection the same name, and another one when it is opened again', () => {
	const [client, server] = [
		{ ip: '10.0.0.1', port: 40_000 },
		{ ip: '10.0.0.2', port: 80 },
	];
	const names = new ConnectionNames();
	const name = connectionName(client, server);
	const told = [names.nameOf(client, server), names.nameOf(server, client)];
	const again = [names.nameOf(server, client), names.nameOf(client, server)];
	assert.deepEqual([...told, ...again], [name, name, `${name}-2`, `${name}-2`]);
	assert.notEqual(names.nameOf({ ...client, port: 40_001 }, server), name);
});
