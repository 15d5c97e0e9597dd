import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { format } from '../../grammar/format.ts';
import { parse } from '../../grammar/parse.ts';
import { printProgram } from '../../grammar/print.ts';
import fc from '../support/property.ts';
import { program as anyProgram } from './arbitrary.ts';
import { meaning } from './meaning.ts';

const read = (text: string) => {
	const { program, diagnostics } = parse({ name: 'test', text });
	assert.deepEqual(diagnostics, [], text);
	return program;
};

const formatted = (text: string): string => {
	const result = format({ name: 'test', text });
	assert.ok('text' in result, text);
	return result.text;
};

const commentsOf = (text: string): string[] => [...text.matchAll(/#!?c\d+/g)].map(([comment]) => comment).sort();

/** A program as somebody else might have written it: comments, empty lines, line ends where they mean nothing. */
const anyText = fc
	.tuple(anyProgram, fc.array(fc.tuple(fc.nat(), fc.constantFrom(' #c', '\n\n\n#c', '\n  #c', ' ')), { maxLength: 6 }))
	.map(([program, insertions]) => {
		let text = printProgram(program);
		for (const [at, [where, what]] of insertions.entries()) {
			// Only between lines and in front of `|`: elsewhere the text might be inside a string.
			const places = [...text.matchAll(/\n| (?=\|)/g)].map(({ index }) => index);
			const place = places[where % places.length];
			const changed = `${text.slice(0, place)}${what}${what.includes('#') ? `${at}\n` : ''}${text.slice(place)}`;
			const before = parse({ name: 'test', text });
			const after = parse({ name: 'test', text: changed });
			if (after.diagnostics.length === 0 && same(before.program, after.program)) text = changed;
		}
		return text;
	});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(meaning(a)) === JSON.stringify(meaning(b));

describe('the formatter', () => {
	it('changes nothing the second time, loses no comment and keeps the tree', () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const once = formatted(text);
				assert.deepEqual(meaning(read(once).statements), meaning(read(text).statements));
				assert.deepEqual(commentsOf(once), commentsOf(text));
				assert.equal(formatted(once), once);
			}),
			{ numRuns: 500 },
		);
	});

	const CASES: readonly (readonly [name: string, text: string, expected: string])[] = [
		['blanks', 'watch   http|head    5', 'watch http | head 5\n'],
		[
			'a script of several lines',
			'#!/usr/bin/env claudeinsight\n\n\n\n# Why.\nlet a=1;let b = 0x1F  # hex\n',
			'#!/usr/bin/env claudeinsight\n\n# Why.\nlet a = 1\nlet b = 0x1F  # hex\n',
		],
		['comments behind stages', 'watch http # all\n| head 5 # few', 'watch http  # all\n| head 5  # few\n'],
		['comments above stages', 'watch http\n  # not all\n  | head 5', 'watch http\n# not all\n| head 5\n'],
		[
			'a comment in a stage',
			'watch http\n| stat count(), # rows\n  p99(latency)',
			'watch http\n# rows\n| stat count(), p99(latency)\n',
		],
		['a comment in the first stage', 'stat count(), # rows\n  p99(latency)', '# rows\nstat count(), p99(latency)\n'],
		[
			'a block',
			'op a { # what\n # why\nhead 5 # few\n# end\n} # done\n',
			'op a {\n  # what\n  # why\n  head 5  # few\n  # end\n}  # done\n',
		],
		['documentation', '##  Doc.\n##more\nop a { head 5 }', '##  Doc.\n##more\nop a {\n  head 5\n}\n'],
		['documentation of nothing', '## Doc.\n\nop a { head 5 }', '## Doc.\n\nop a {\n  head 5\n}\n'],
		['a statement that would go on', 'let a = 1; # one\nwhere a', 'let a = 1;  # one\nwhere a\n'],
		['only comments', '# a\n\n\n# b\n', '# a\n\n# b\n'],
		['nothing', '\n\n', ''],
		[
			'a long stage',
			'op a by keys = remote_ip { stat count(), errors = count(where failed), avg(latency), p50(latency), p90(latency), p99(latency) by keys, remote_port every 10s }',
			'op a by keys = remote_ip {\n  stat count(), errors = count(where failed), avg(latency), p50(latency), p90(latency),\n      p99(latency)\n      by keys, remote_port every 10s\n}\n',
		],
		[
			'a long condition',
			`watch http where ${'path == "/api/items" and '.repeat(5)}failed | head 5`,
			`watch http\n    where ${'path == "/api/items" and '.repeat(2)}path == "/api/items"\n    and path == "/api/items" and path == "/api/items" and failed\n| head 5\n`,
		],
		[
			'a long condition of a stage of its own',
			`watch http | where ${'path == "/api/items" and '.repeat(5)}failed`,
			`watch http\n| where path == "/api/items"${' and path == "/api/items"'.repeat(2)}\n    and path == "/api/items" and path == "/api/items" and failed\n`,
		],
		[
			'a long block',
			'watch http | join --left { watch http where side == "server" | where latency > 100ms and path ~ "^/api" } as srv on id within 5s',
			'watch http\n| join --left {\n    watch http where side == "server"\n    | where latency > 100ms and path ~ "^/api"\n  } as srv on id within 5s\n',
		],
	];
	for (const [name, text, expected] of CASES)
		it(name, () => {
			assert.equal(formatted(text), expected);
			assert.equal(formatted(expected), expected);
		});

	it('leaves a wrong text to its diagnostics', () => {
		const result = format({ name: 'test', text: 'watch http where status = 200' });
		assert.ok('diagnostics' in result && result.diagnostics[0]?.code === 'CIQ205');
	});
});

describe('the files of the project', () => {
	const root = join(import.meta.dirname, '..', '..');
	for (const folder of ['stdlib', 'examples'])
		for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.ciq')))
			it(`${folder}/${file} keeps its tree`, () => {
				const text = readFileSync(join(root, folder, file), 'utf8');
				assert.deepEqual(meaning(read(formatted(text)).statements), meaning(read(text).statements));
				assert.equal(formatted(formatted(text)), formatted(text));
			});
});
