import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible, visibleJson } from '../../engine/output/sanitize.ts';
import fc from '../support/property.ts';

const CASES: readonly (readonly [what: string, text: string, shown: string])[] = [
	['plain text', 'GET /api/ünï?q=日本', 'GET /api/ünï?q=日本'],
	['clear screen', '\x1b[2J', '\\x1b[2J'],
	['set the title', '\x1b]0;x\x07', '\\x1b]0;x\\x07'],
	['CSI as one byte', '\x9b2J', '\\x9b2J'],
	['lines and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
	['NUL and DEL', '\x00\x7f', '\\x00\\x7f'],
	['text turned around', 'a\u202ecba', 'a\\u202ecba'],
	['isolates', '\u2066x\u2069', '\\u2066x\\u2069'],
	['invisible marks', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
	['separators', 'a\u2028b\u2029c', 'a\\u2028b\\u2029c'],
	['half a surrogate pair', '\ud800x', '\\ud800x'],
	['a whole surrogate pair', '😀', '😀'],
];

for (const [what, text, shown] of CASES) {
	test(`visible: ${what}`, () => assert.equal(visible(text), shown));
}

const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

test('nothing that a terminal acts on is left, of any text', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			assert.doesNotMatch(visible(text), UNSAFE);
		}),
	);
});

test('JSON keeps its value and loses what a terminal acts on', () => {
	fc.assert(
		fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
			const line = visibleJson(JSON.stringify(JSON.parse(json)));
			assert.doesNotMatch(line, UNSAFE);
			assert.deepEqual(JSON.parse(line), JSON.parse(json));
		}),
	);
});
