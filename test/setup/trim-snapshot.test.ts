import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withoutCodeCache } from '../../engine/setup/trim-snapshot.ts';
import fc from '../support/property.ts';

const u64 = (value: number): Buffer => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64LE(BigInt(value));
	return bytes;
};
const i32 = (value: number): Buffer => {
	const bytes = Buffer.alloc(4);
	bytes.writeInt32LE(value);
	return bytes;
};
const counted = (bytes: Buffer): Buffer => Buffer.concat([u64(bytes.length), bytes]);

/** A snapshot as Node 24 lays it out: its metadata with the flags, a heap, what Node keeps besides, the cache. */
const snapshot = (
	flags: number,
	heap: Buffer,
	besides: Buffer,
	cache: readonly (readonly [string, Buffer])[],
): Buffer =>
	Buffer.concat([
		Buffer.from([0x19, 0xda, 0x43, 0x01, 1]),
		...['24.21.0', 'x64', 'linux'].map((text) => counted(Buffer.from(text))),
		i32(flags),
		i32(heap.length),
		heap,
		besides,
		u64(cache.length),
		...cache.flatMap(([name, code]) => [counted(Buffer.from(name)), counted(code)]),
	]);

describe('a snapshot without the cache of Node’s own code', () => {
	const bytes = fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all));
	const module = fc.tuple(fc.stringMatching(/^[a-z/_]{1,60}$/), bytes);

	it('is the same otherwise, and says that it has none', () => {
		fc.assert(
			fc.property(bytes, bytes, fc.array(module, { minLength: 1, maxLength: 20 }), (heap, besides, cache) => {
				assert.deepEqual(withoutCodeCache(snapshot(0, heap, besides, cache)), snapshot(1, heap, besides, []));
			}),
		);
	});

	it('is refused where a file is laid out otherwise', () => {
		const whole = snapshot(0, Buffer.alloc(100), Buffer.alloc(50), [['fs', Buffer.alloc(30)]]);
		for (const wrong of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.alloc(1)]), whole.subarray(0, 60)])
			assert.throws(() => withoutCodeCache(wrong), /no cache of compiled modules/);
	});
});
