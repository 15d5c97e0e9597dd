import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateTerms, Inflater } from '../../../engine/protocols/websocket/deflate.ts';
import fc from '../../support/property.ts';
import { deflater } from '../../support/websocket.ts';

const texts = fc.array(
	fc.oneof(
		fc.string({ maxLength: 50 }),
		fc.tuple(fc.constantFrom('abc', 'the same again', '\u00e4'), fc.nat(9000)).map(([text, n]) => text.repeat(n)),
		// Hardly compressible, and longer than the window.
		fc
			.integer({ min: 1, max: 4000 })
			.map((seed) => Array.from({ length: seed }, (_, i) => Math.sin(seed * i)).join('')),
	),
	{ maxLength: 12 },
);

test('messages are read in the light of all those before', () => {
	fc.assert(
		fc.property(texts, (messages) => {
			const deflate = deflater();
			const inflater = new Inflater(false);
			for (const text of messages)
				assert.equal(Buffer.from(inflater.inflate(deflate(text), true) ?? []).toString(), text);
		}),
		{ numRuns: 100 },
	);
});

test('one that resets reads on behind what it missed, one that keeps its context does not', () => {
	const hello = deflater()('hello');
	for (const resets of [true, false]) {
		const inflater = new Inflater(resets);
		inflater.miss();
		assert.equal(inflater.inflate(hello, true) !== null, resets);
	}
});

const TERMS: readonly (readonly [string, boolean, boolean])[] = [
	['permessage-deflate', false, false],
	['x-other, Permessage-Deflate; server_no_context_takeover; client_max_window_bits=12', false, true],
	['permessage-deflate; client_no_context_takeover', true, false],
];

for (const [extensions, clientResets, serverResets] of TERMS) {
	test(`terms of ${extensions}`, () => {
		assert.deepEqual(deflateTerms(extensions), { clientResets, serverResets });
	});
}

test('no terms', () => {
	for (const extensions of [null, '', 'x-webkit-deflate-frame', 'x;permessage-deflate']) {
		assert.equal(deflateTerms(extensions), null);
	}
});
