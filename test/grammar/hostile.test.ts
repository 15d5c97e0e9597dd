import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../grammar/parse.ts';
import fc from '../support/property.ts';
import { endure } from './endure.ts';

const TOKENS = [
	...[
		'watch',
		'http',
		'where',
		'by',
		'stat',
		'let',
		'fn',
		'op',
		'param',
		'use',
		'explain',
		'as',
		'not',
		'in',
		'and',
		'or',
	],
	...['asc', 'desc', 'every', 'contains', 'true', 'null', 'is', 'between', 'select', 'AND', 'x', 's', 'to', 'group'],
	...[
		'|',
		',',
		';',
		'=',
		':',
		'.',
		'(',
		')',
		'[',
		']',
		'{',
		'}',
		'\n',
		'==',
		'!=',
		'<',
		'~',
		'!~',
		'??',
		'..',
		'+',
		'-',
	],
	...['*', '/', '%', '--flag', '--flag=a', '--f="b c"', '--f=', '&&', '||', '!', '?', '$x', '=~', '\\', '`', '`odd`'],
	...[
		'1',
		'1.5',
		'5s',
		'10KB',
		'99%',
		'0x1F',
		'5M',
		'1.2.3',
		'10.0.0.1',
		'10.0.0.0/8',
		'::1',
		'fe80::1%e',
		'@10:30',
		'@x',
	],
	...[
		'"a"',
		"'b'",
		'"',
		"'",
		'f"',
		'f"a {',
		'f"b"',
		'} c"',
		'} d {',
		'"\\d"',
		'r"x"',
		'# c',
		'## d\n',
		'é',
		'\u202e',
		'\x1b[2J',
	],
];

describe('any text', () => {
	it('made of tokens is parsed or refused, never thrown out of', () => {
		const soup = fc.array(fc.tuple(fc.constantFrom(...TOKENS), fc.constantFrom('', ' ', ' ', ' ')), { maxLength: 25 });
		fc.assert(
			fc.property(soup, (parts) => endure(parts.flat().join(''))),
			{ numRuns: 20_000 },
		);
	});

	it('of any characters is parsed or refused', () => {
		fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), endure), { numRuns: 5000 });
	});

	it('cut at any place is parsed or refused', () => {
		const text =
			'op a(n: int = 1) by k = x { watch http where f"a {p ~ \'x\'} b" == "y" and q in [1s..2s, ::1] | top n by z desc }';
		for (let end = 0; end <= text.length; end += 1) endure(text.slice(0, end));
	});
});

describe('a deep text', () => {
	const NESTED: readonly (readonly [open: string, close: string])[] = [
		['(', ')'],
		['[', ']'],
		['f(', ')'],
		['a[', ']'],
		['a {', '}'],
		['f"{', '}"'],
		['not (', ')'],
		['-(', ')'],
	];
	for (const [open, close] of NESTED) {
		it(`of ${open} is refused`, () => {
			const [diagnostic] = parse({
				name: 'test',
				text: `watch ${open.repeat(10_000)}x${close.repeat(10_000)}`,
			}).diagnostics;
			assert.equal(diagnostic?.code, 'CIQ210');
		});
	}
	const CHAINS = ['a + ', 'a or ', 'not ', '- ', 'a == 1 and not ', 'a and '];
	for (const link of CHAINS) {
		it(`of ${link}is refused`, () => {
			const [diagnostic] = parse({ name: 'test', text: `where ${link.repeat(10_000)}b` }).diagnostics;
			assert.equal(diagnostic?.code, 'CIQ210');
		});
	}
	it('of members is refused', () => {
		assert.equal(parse({ name: 'test', text: `where a${'.a'.repeat(10_000)}` }).diagnostics[0]?.code, 'CIQ210');
	});
	it('is no long list', () => {
		const { diagnostics } = parse({ name: 'test', text: `where pid in [${'1 + 2, '.repeat(10_000)}3]` });
		assert.deepEqual(diagnostics, []);
	});
	it('may have 64 brackets', () => {
		const { program } = parse({ name: 'test', text: `where ${'('.repeat(64)}x${')'.repeat(64)}` });
		assert.equal(program.statements.length, 1);
	});
});

describe('a long text', () => {
	it('of a million characters is refused', () => {
		assert.equal(parse({ name: 'test', text: ' '.repeat(1_000_001) }).diagnostics[0]?.code, 'CIQ100');
	});
	it('of mistakes has twenty diagnostics', () => {
		assert.equal(parse({ name: 'test', text: 'a b =;'.repeat(10_000) }).diagnostics.length, 20);
	});
	const REPEATED = [
		'"\\u{',
		'f"{',
		'1.',
		'1s',
		'::',
		'a:',
		"'",
		'r"',
		'@',
		'{{',
		'\\',
		'##\n',
		'$',
		'é',
		'<',
		'-',
		'where eq ',
		'\n|',
		'(;',
	];
	for (const part of REPEATED) {
		it(`of ${JSON.stringify(part)} is read in one pass`, () => {
			// A quadratic pass over half a million characters would take minutes and fail by the runner's own limit.
			endure(part.repeat(Math.floor(500_000 / part.length)));
		});
	}
});
