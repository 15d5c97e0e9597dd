import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FixedText } from '../../../engine/capture/log/fixed-text.ts';
import fc from '../../support/property.ts';

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

test('it stands where its bytes stand, and nowhere else', () => {
	// As JSON may have them: texts without control characters.
	const text = fc.array(fc.integer({ min: 32, max: 126 }), { minLength: 1, maxLength: 41 });
	const around = fc.uint8Array({ maxLength: 9 });
	fc.assert(
		fc.property(around, text, around, fc.nat(), fc.integer({ min: 1, max: 255 }), (before, name, after, at, change) => {
			const bytes = Buffer.concat([before, Buffer.from(name), after]);
			const fixed = new FixedText(Buffer.from(name));
			assert.equal(fixed.length, name.length);
			assert.equal(fixed.isAt(viewOf(bytes), before.length, bytes.length), true);
			bytes[before.length + (at % name.length)]! ^= change;
			assert.equal(fixed.isAt(viewOf(bytes), before.length, bytes.length), false);
		}),
	);
});

test('behind the end there is nothing', () => {
	for (const text of ['"side":', '"total_duration_ms":']) {
		const bytes = Buffer.from(`${text} `);
		const fixed = new FixedText(Buffer.from(text));
		for (let at = 2; at < bytes.length + 2; at++) assert.equal(fixed.isAt(viewOf(bytes), at, bytes.length), false);
		assert.equal(fixed.isAt(viewOf(bytes), 0, text.length - 1), false);
	}
});
