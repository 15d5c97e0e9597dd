import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { losses } from '../../../engine/output/loss.ts';
import { section } from './files.ts';
import { read, told } from './read.ts';
import { REQUEST, response, Talk } from './talk.ts';

const STATISTICS = 5;
/** isb_ifrecv, isb_ifdrop, isb_osdrop. */
const Option = { received: 4, missed: 5, missedInKernel: 7 } as const;

/** What an interface has counted so far (draft-ietf-opsawg-pcapng, 4.6). */
const counted = (
	device: number,
	counts: Readonly<Partial<Record<keyof typeof Option, bigint>>>,
	big = false,
): Buffer => {
	const bytes = Buffer.alloc(12 + 12 * Object.keys(counts).length);
	if (big) bytes.writeUInt32BE(device, 0);
	else bytes.writeUInt32LE(device, 0);
	let at = 12;
	for (const [name, count] of Object.entries(counts)) {
		const code = Option[name as keyof typeof Option];
		if (big) bytes.writeBigUInt64BE(count, bytes.writeUInt16BE(8, bytes.writeUInt16BE(code, at)));
		else bytes.writeBigUInt64LE(count, bytes.writeUInt16LE(8, bytes.writeUInt16LE(code, at)));
		at += 12;
	}
	return bytes;
};

const { packets } = new Talk().handshake().send('client', REQUEST).send('server', response('hello'));
const DEVICES = [{ name: 'eth0' }, { name: 'eth1' }];
const file = (...blocks: readonly Buffer[]): Buffer =>
	section(packets, { devices: DEVICES, between: blocks.map((block) => [STATISTICS, block] as const) });
const OK = 'GET /a 200 ok 28/43';

describe('packets that a capture says it missed', () => {
	const CASES: Readonly<Record<string, readonly [bytes: Buffer, missed: number]>> = {
		none: [file(counted(0, { received: 5n, missed: 0n, missedInKernel: 0n })), 0],
		'in the kernel and before it': [file(counted(0, { received: 5n, missed: 3n, missedInKernel: 40n })), 43],
		'the last of several counts': [file(counted(0, { missed: 3n }), counted(0, { missed: 7n })), 7],
		'of two interfaces': [file(counted(0, { missed: 3n }), counted(1, { missedInKernel: 7n })), 10],
		'of an interface that is none': [file(counted(2, { missed: 3n })), 0],
		'unknown before the kernel, as all ones say': [file(counted(0, { missed: 2n ** 64n - 1n, missedInKernel: 7n })), 7],
		'more than anybody counts': [file(counted(0, { missed: 2n ** 63n })), 0],
		'in a block that is too short': [file(Buffer.alloc(4)), 0],
	};
	for (const [name, [bytes, missed]] of Object.entries(CASES))
		test(name, async () => {
			const result = await read(bytes);
			assert.deepEqual(told(result), missed === 0 ? [OK] : [OK, `captureDrops=${missed}`]);
		});

	test('in sections one after the other, of both byte orders', async () => {
		const big = section([], { big: true, between: [[STATISTICS, counted(0, { missed: 1n }, true)]] });
		const { completeness } = await read(Buffer.concat([file(counted(0, { missed: 3n })), big]));
		assert.equal(completeness.captureDrops, 4);
		assert.deepEqual(losses(completeness), ['4 packets that the capture says it missed']);
	});
});
