import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Lexer } from 'chevrotain';
import { Parser } from '../../grammar/parser.ts';
import { MODES } from '../../grammar/tokens.ts';

// Both checks cost too much at every start and depend on the grammar alone.

it('chevrotain finds nothing wrong with the grammar', () => {
	assert.doesNotThrow(() => new Parser({ validate: true }));
});

it('chevrotain finds nothing wrong with the tokens, and can tell most of them by their first character', () => {
	const { lexerDefinitionErrors } = new Lexer(MODES, {
		positionTracking: 'onlyOffset',
		deferDefinitionErrorsHandling: true,
		ensureOptimizations: true,
	});
	assert.deepEqual(lexerDefinitionErrors, []);
});
