import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../grammar/parse.ts';
import { printProgram } from '../../grammar/print.ts';
import fc from '../support/property.ts';
import { program as anyProgram } from './arbitrary.ts';
import { meaning } from './meaning.ts';

const read = (text: string) => {
	const { program, diagnostics } = parse({ name: 'test', text });
	assert.deepEqual(
		diagnostics.map(({ message, span }) => `${message} at ${span?.start}`),
		[],
		text,
	);
	return program;
};

describe('printing', () => {
	it('gives a text that parses back to an equal tree', () => {
		fc.assert(
			fc.property(anyProgram, (program) => {
				assert.deepEqual(meaning(read(printProgram(program))), meaning(program));
			}),
			{ numRuns: 1000 },
		);
	});

	it('gives a printed text back as it is', () => {
		fc.assert(
			fc.property(anyProgram, (program) => {
				const text = printProgram(program);
				assert.equal(printProgram(read(text)), text);
			}),
			{ numRuns: 300 },
		);
	});

	const CASES: readonly (readonly [text: string, printed: string])[] = [
		[
			'watch  http  where path~"/api"|stat by remote_ip slow 5s',
			'watch http where path ~ "/api" | stat by remote_ip slow 5s',
		],
		['where (a or b) and not (c)', 'where (a or b) and not (c)'],
		['where a in 1 .. 5 or b in 1 .. (2)', 'where a in 1..5 or b in 1..(2)'],
		[
			'where a == 10KiB and b > 99.9% and c < 1m30s and d == 1_000',
			'where a == 10KiB and b > 99.9% and c < 1m30s and d == 1_000',
		],
		['where a ~ \'\\d+\' and b == "\\u{1b}"', 'where a ~ \'\\d+\' and b == "\\u{1b}"'],
		['sort latency desc , path', 'sort latency desc, path'],
		['watch --comm="nginx" --left', 'watch --comm="nginx" --left'],
		['let x=- - 1', 'let x = - -1'],
		['param n:int=5', 'param n: int = 5'],
		[
			'## Doc.\nop a(n=1) by k=x every w { head n | tail }',
			'## Doc.\nop a(n = 1) by k = x every w {\n  head n\n  | tail\n}',
		],
		['| head 5', '| head 5'],
		[
			`watch http where ${'a == 1 and '.repeat(10)}b | head 5`,
			`watch http\n    where ${'a == 1 and '.repeat(7)}a == 1\n    and a == 1 and a == 1 and b\n| head 5`,
		],
	];
	for (const [text, printed] of CASES)
		it(text.slice(0, 80), () => assert.equal(printProgram(read(text)), `${printed}\n`));
});
