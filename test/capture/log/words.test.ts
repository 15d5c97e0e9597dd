import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasWords, wordsOf } from '../../../engine/capture/log/words.ts';

test('words stand where their text stands, and nowhere else', () => {
	const text = fc.uint8Array({ minLength: 4, maxLength: 21 });
	const around = fc.uint8Array({ maxLength: 9 });
	fc.assert(
		fc.property(around, text, around, fc.nat(), fc.integer({ min: 1, max: 255 }), (before, name, after, at, change) => {
			const bytes = Buffer.concat([before, name, after]);
			const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
			const words = wordsOf(Buffer.from(name));
			assert.equal(hasWords(view, before.length, words, name.length), true);
			bytes[before.length + (at % name.length)]! ^= change;
			assert.equal(hasWords(view, before.length, words, name.length), false);
		}),
	);
});

test('behind the last byte there is nothing, and a short text has no words', () => {
	const bytes = Buffer.from('"side":');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	for (let at = 1; at < 9; at++) assert.equal(hasWords(view, at, wordsOf(bytes), bytes.length), false);
	assert.equal(hasWords(view, 0, wordsOf(Buffer.from('"":')), 3), false);
});
