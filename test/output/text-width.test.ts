import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { cellOf, clip, isPlain, textWidth } from '../../engine/output/text-width.ts';
import fc from '../support/property.ts';

test('what is plain takes a cell each, alone and beside any other', () => {
	const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(isPlain);
	assert.ok(all.length > 500);
	assert.deepEqual(
		all.filter((one) => stringWidth(one) !== 1),
		[],
	);
	const text = fc.array(fc.constantFrom(...all)).map((some) => some.join(''));
	fc.assert(fc.property(text, (any) => assert.equal(stringWidth(any), any.length)));
	assert.equal(stringWidth(all.join('')), all.length);
});

const CASES: readonly (readonly [text: string, cells: number])[] = [
	['GET /a', 6],
	['→ ▎…é', 5],
	['日本', 4],
	['e\u0301', 1],
	['👩‍👩‍👧', 2],
	['1\ufe0f\u20e3', 2],
	['\u00ad', 0],
	['©\ufe0f', 2],
];

for (const [text, cells] of CASES)
	test(`${JSON.stringify(text)} takes ${cells}`, () => assert.equal(textWidth(text), cells));

test('a clipped cell is as wide as it has to be', () => {
	for (const [text] of CASES)
		for (const width of [1, 2, 3, 10]) {
			assert.ok(textWidth(clip(text, width)) <= width);
			assert.equal(textWidth(cellOf(text, width, false)), width);
		}
});
