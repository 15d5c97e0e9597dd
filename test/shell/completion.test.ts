import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete } from '../../engine/shell/completion/complete.ts';
import { completeCommand } from '../../engine/shell/repl-commands.ts';
import { printProgram } from '../../grammar/print.ts';
import { program as anyProgram } from '../grammar/arbitrary.ts';
import fc from '../support/property.ts';

/** Words that are offered, and behind `no:` words that are not. */
const CASES: readonly (readonly [typed: string, words: string])[] = [
	['', 'watch from stat let op explain slow no:where no:head no:sort'],
	['watch', 'watch no:where'],
	['let a = 1; ', 'watch no:head'],
	['watch ', 'http where no:latency no:head'],
	['watch http, ', 'http no:where'],
	['watch http ', 'where no:http no:by'],
	['watch http where ', 'latency path status len no:watch no:and'],
	['watch http where failed and not ', 'latency path'],
	['watch http where lat', 'latency no:path'],
	['watch http where latency ', '> >= in no:~ no:contains no:and'],
	['watch http where path ', '~ contains startswith == no:< no:+'],
	['watch http where failed ', 'and or no:~'],
	['watch http where path ~ "x" ', 'and or no:path'],
	['watch http where path ~ "x', 'no:and no:path'],
	['watch http where http.pa', 'path no:latency'],
	['watch http where req.', 'headers body text no:path'],
	['watch http | ', 'where stat head slow no:watch no:from no:let'],
	['watch http | stat ', 'count p99 slow by no:http no:latency'],
	['watch http | stat p9', 'p90 p99 no:count'],
	['watch http | stat p99(', 'latency resp_size no:count'],
	['watch http | stat p99(latency) ', 'by every no:where'],
	['watch http | stat p99(latency), ', 'count p99 no:latency'],
	['watch http | stat count() by ', 'path route no:count'],
	['watch http | stat count() by path ', 'every no:by'],
	['watch http | stat --', '--slow --bigreq no:--run'],
	['stat ', 'http count slow by'],
	['stat http ', 'count slow by every'],
	['watch http | stat p99(latency) by route | sort ', 'p99_latency route no:latency no:path'],
	['watch http | stat p99(latency) by route | where p99_latency ', '> no:~'],
	['watch http | stat count() | sort count ', 'desc asc'],
	['watch http | extend took = latency | where to', 'took'],
	['watch http | extend took = latency | where took ', '> no:~'],
	['watch http | to ', 'json csv table no:path'],
	['watch http | head ', 'no:latency'],
	['watch http | union { watch http where pa', 'path'],
	['watch http | union { watch http | stat count() } | ', 'where no:watch'],
	['explain ', 'watch no:where'],
	['explain --', '--run'],
	['explain --run watch http where lat', 'latency'],
	['watch nosuch | where ', 'latency'],
];

describe('completion', () => {
	for (const [typed, expected] of CASES)
		it(typed, async () => {
			const [words] = await complete(typed);
			for (const word of expected.split(' ')) {
				const isOffered = word.startsWith('no:') ? !words.includes(word.slice(3)) : words.includes(word);
				assert.ok(isOffered, `${word} in: ${words.join(' ')}`);
			}
		});

	it('gives the part that is typed, which every word begins with', () =>
		fc.assert(
			fc.asyncProperty(anyProgram, fc.nat(), async (program, where) => {
				const text = printProgram(program);
				const typed = text.slice(0, where % (text.length + 1));
				const [words, partial] = await complete(typed);
				assert.ok(typed.endsWith(partial));
				assert.ok(words.every((word) => word.startsWith(partial)));
			}),
			{ numRuns: 300 },
		));

	it('completes commands', () => {
		assert.deepEqual(completeCommand('.'), [
			['.doctor', '.exit', '.fields', '.help', '.keep', '.load', '.ops', '.plan', '.save', '.show'],
			'.',
		]);
		assert.deepEqual(completeCommand('.he'), [['.help'], '.he']);
		assert.deepEqual(completeCommand('.help slo'), [['slo', 'slow'], 'slo']);
		assert.deepEqual(completeCommand('.fields ht'), [['http'], 'ht']);
		assert.deepEqual(completeCommand('.ops x'), [[], 'x']);
	});
});
