import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupField } from '../../../engine/exchange/catalog.ts';
import { section } from './files.ts';
import { ethernet, ipv6 } from './frames.ts';
import { read } from './read.ts';
import { REQUEST, response, Talk, type TalkOptions } from './talk.ts';

const NAMES = 4;

/** A record of a block of names. */
const record = (type: number, value: Buffer, big: boolean): Buffer => {
	const head = Buffer.alloc(4);
	for (const [i, field] of [type, value.length].entries())
		if (big) head.writeUInt16BE(field, 2 * i);
		else head.writeUInt16LE(field, 2 * i);
	return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
};

const named = (address: readonly number[], ...names: string[]): Buffer =>
	Buffer.concat([Buffer.from(address), ...names.map((name) => Buffer.from(`${name}\0`))]);

const V4 = [10, 0, 0, 2];
const V6 = [0xfe, 0x80, ...new Array<number>(13).fill(0), 2];
const link = record(3, Buffer.from('\x02\x02\x02\x02\x02\x02some\0', 'latin1'), false);

const CASES: Readonly<Record<string, readonly [block: Buffer, expected: string | null, big?: boolean]>> = {
	'of IPv4, the first of several': [record(1, named(V4, 'shop.example', 'other'), false), 'shop.example'],
	'behind a link address': [Buffer.concat([link, record(1, named(V4, 'shop'), false)]), 'shop'],
	'in the other byte order': [record(1, named(V4, 'shop'), true), 'shop', true],
	'without its zero': [record(1, Buffer.concat([Buffer.from(V4), Buffer.from('shop')]), false), 'shop'],
	'behind the end of the records': [Buffer.concat([Buffer.alloc(4), record(1, named(V4, 'shop'), false)]), null],
	'of another address': [record(1, named([10, 0, 0, 3], 'shop'), false), null],
	'of no bytes': [record(1, named(V4, ''), false), null],
	'longer than names are': [record(1, named(V4, 'x'.repeat(254)), false), null],
	'longer than its block': [record(1, named(V4, 'shop'), false).subarray(0, 9), null],
};

const remoteName = async (block: Buffer, big: boolean, options: TalkOptions = {}) => {
	const { packets } = new Talk(options).handshake().send('client', REQUEST).send('server', response('hello'));
	const { rows } = await read(section(packets, { big, between: [[NAMES, block]] }));
	assert.equal(rows.length, 1);
	const found = lookupField('remote_name', null);
	return found?.kind === 'field' ? found.field.get(rows[0]!) : undefined;
};

for (const [name, [block, expected, big = false]] of Object.entries(CASES))
	test(`a name ${name}`, async () => {
		assert.equal(await remoteName(block, big), expected);
	});

test('a name of IPv6', async () => {
	const wrap = (segment: Buffer, fromClient: boolean): Buffer =>
		ethernet(ipv6(fromClient ? { source: 1, destination: 2 } : { source: 2, destination: 1 }, segment));
	assert.equal(await remoteName(record(2, named(V6, 'shop'), false), false, { wrap }), 'shop');
});
