import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileProgram } from '../../engine/query/compile.ts';
import { parse } from '../../grammar/parse.ts';
import { exchange } from '../support/exchanges.ts';
import fc from '../support/property.ts';
import { COMPILE_OPTIONS, codesOf, compile, run } from '../support/query.ts';

/** Words that mean something, in any order: most programs of them are wrong, each in its own way. */
const WORDS = [
	...[
		'watch',
		'http',
		'where',
		'stat',
		'slow',
		'bigreq',
		'select',
		'extend',
		'sort',
		'top',
		'head',
		'tail',
		'limit',
		'until',
		'to',
		'json',
		'from',
	],
	...[
		'by',
		'every',
		'path',
		'latency',
		'status',
		'remote_ip',
		'this',
		'req.headers',
		'request',
		'resp.body',
		'failed',
		'ts',
		'http.path',
		'nosuch',
	],
	...[
		'count()',
		'p99(latency)',
		'avg(path)',
		'arg_max(latency, this)',
		'count(where failed)',
		'if(failed, 1, 2)',
		'len(path)',
		'has(status)',
		'now()',
	],
	...[
		'5',
		'"x"',
		"'['",
		'5s',
		'10KB',
		'10.0.0.1',
		'10.0.0.0/8',
		'@10:30',
		'null',
		'true',
		'1.5',
		'99%',
		'f"{path}"',
		'[1, 2]',
		'[10.0.0.1, "x"]',
	],
	...[
		'==',
		'!=',
		'<',
		'~',
		'!~',
		'in',
		'not in',
		'and',
		'or',
		'not',
		'+',
		'-',
		'*',
		'/',
		'%',
		'??',
		'..',
		'like',
		'contains',
	],
	...[
		'|',
		'|',
		'|',
		',',
		'=',
		'(',
		')',
		'asc',
		'desc',
		'--late=keep',
		'--left',
		'over',
		'every',
		'on',
		'as',
		'within',
		'for',
		'session(1s)',
		'per',
		...['join', 'correlate', 'union', 'tee', 'diff', 'alert', 'pivot', 'window', 'hist', 'map', 'describe'],
		...['drop', 'rename', 'distinct', 'dedup', 'sample', 'unnest', 'redact', 'fail', 'bottom'],
		'{ watch http }',
		'{ watch http | select path, end_time }',
		'{ where failed | to json "x" }',
		'--slow',
		'--wide',
		'none',
		'let',
		'op',
		'fn',
		'use',
		'param',
		'{',
		'}',
		'\n',
	],
];

describe('hostile programs', () => {
	it('never make the compiler throw, and what compiles runs', async () => {
		const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 14 }).map((words) => `watch http ${words.join(' ')}`);
		await fc.assert(
			fc.asyncProperty(soup, async (text) => {
				const { program, diagnostics } = parse({ name: 'soup', text });
				const compiled = await compileProgram(program, COMPILE_OPTIONS);
				if (diagnostics.length > 0 || compiled.plans.length !== 1 || compiled.diagnostics.length > 0) return;
				await run(text, [exchange(), exchange({ status: null, pid: null }), 9e9]);
			}),
			{ numRuns: 3000 },
		);
	});

	const pieces = [
		'path',
		'latency',
		'status',
		'failed',
		'remote_ip',
		'request',
		'5',
		'"x"',
		'5ms',
		'10.0.0.0/8',
		'null',
		'[1]',
		'json(req.body)',
	];
	const infix = ['==', '<', '~', 'in', 'and', '+', '-', '*', '/', '??', '..', 'contains', 'not in'];
	it('never make expressions throw, of whatever types', async () => {
		const { expression } = fc.letrec<{ expression: string }>((tie) => ({
			expression: fc.oneof(
				{ depthSize: 'small' },
				fc.constantFrom(...pieces),
				fc
					.tuple(tie('expression'), fc.constantFrom(...infix), tie('expression'))
					.map(([a, op, b]) => `(${a}) ${op} (${b})`),
				fc
					.tuple(
						fc.constantFrom('len', 'str', 'int', 'abs', 'if', 'bin', 'network', 'coalesce', 'has', 'max'),
						tie('expression'),
					)
					.map(([f, x]) => `${f}(${x})`),
			),
		}));
		await fc.assert(
			fc.asyncProperty(expression, async (text) => {
				const query = `watch | select x = ${text}`;
				const { diagnostics } = await compile(query);
				if (diagnostics.length > 0) return;
				const ran = await run(query, [exchange(), exchange({ status: null })]);
				const thrown = ran.warnings.filter((warning) => warning.includes('could not be evaluated'));
				assert.deepEqual(thrown, [], 'a closure threw');
			}),
			{ numRuns: 3000 },
		);
	});

	it('names with hyphens within one another are checked once each', async () => {
		const nested = Array.from({ length: 14 }).reduce((inner) => `json(str(${inner})).a-status-status`, 'path');
		const begin = performance.now();
		assert.deepEqual((await compile(`watch http | select x = ${nested}`)).diagnostics, []);
		const took = performance.now() - begin;
		assert.ok(took < 3000, `${took} ms`);
	});

	it('definitions that double with each other are refused, not put in place', async () => {
		const names = Array.from({ length: 40 }, (_, n) => n);
		const lets = ['let a0 = 1', ...names.map((n) => `let a${n + 1} = a${n} + a${n}`), 'watch where a40 > 1'];
		const fns = [
			'fn f0(x) = x',
			...names.map((n) => `fn f${n + 1}(x) = f${n}(x) + f${n}(x)`),
			'watch where f40(1) > 1',
		];
		const ops = ['op o0() { where failed }', ...names.map((n) => `op o${n + 1}() { o${n} | o${n} }`), 'watch | o40'];
		for (const lines of [lets, fns, ops])
			assert.deepEqual(codesOf((await compile(lines.join('\n'))).diagnostics), ['CIQ312']);
	});

	it('deep trees of conditions are no stack overflow', async () => {
		const long = `watch where ${Array.from({ length: 2000 }, (_, n) => `status == ${n}`).join(' or ')}`;
		const { diagnostics, plans } = await compile(long);
		assert.equal(plans.length + diagnostics.length > 0, true);
	});
});
