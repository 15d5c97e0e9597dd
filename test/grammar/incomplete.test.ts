import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../grammar/parse.ts';

const isIncomplete = (text: string): boolean => {
	const { diagnostics } = parse({ name: '<repl>', text });
	return diagnostics.length > 0 && diagnostics.every(({ incomplete }) => incomplete === true);
};

describe('a text that more could make right', () => {
	const TEXTS = [
		'watch http |',
		'watch http |\n',
		'watch http where',
		'watch http where path ~',
		'watch http where a and not',
		'watch http where (a',
		'watch http where f(a,',
		'watch http where a in [1,',
		'watch http where path ~ "/api',
		"watch http where path ~ '/api",
		'watch http | extend x = f"{a',
		'watch http | extend x = f"{a}',
		'op slow(n: int',
		'op slow {',
		'op slow { watch http\n| head 5\n',
		'let x =',
		'watch http |  # and then\n',
	];
	for (const text of TEXTS) it(JSON.stringify(text), () => assert.equal(isIncomplete(text), true));
});

describe('a text that nothing can make right', () => {
	const TEXTS = [
		'watch http | ;',
		'watch http where )',
		'let x = ; watch http',
		'watch (a]',
		'a = 1\nwatch http |',
		'watch http',
		'',
	];
	for (const text of TEXTS) it(JSON.stringify(text), () => assert.equal(isIncomplete(text), false));
});
