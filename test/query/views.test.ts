import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compileProgram } from '../../engine/query/compile.ts';
import { viewNames } from '../../engine/query/views/names.ts';
import { parse } from '../../grammar/parse.ts';
import { exchange, MS } from '../support/exchanges.ts';
import { COMPILE_OPTIONS, codesOf, compile, planOf, rowsOf, run } from '../support/query.ts';

const SOME = [1, 2, 3].flatMap((n) =>
	[1, 2].map((k) => exchange({ latency: n * k * MS, endpoint: { remoteIp: `10.0.0.${n}` }, responseSize: 10 * n })),
);

const SLOW =
	'op pick(n: int = 2) by keys = remote_ip every w = none { stat max(latency) by keys every w | top n by max_latency }';

describe('views', () => {
	const same: readonly (readonly [string, string])[] = [
		['watch http | slow by remote_ip 5s', 'watch http | stat by remote_ip slow 5s'],
		['watch http | slow by remote_ip 5s', 'stat http slow by remote_ip 5s'],
		['watch http | slow by remote_ip 5s', 'watch http | stat slow every 5s by remote_ip'],
		['watch http | slow', 'stat http --slow'],
		['watch http | slow', 'watch http | slow every none'],
		['watch http | stat max(latency) | top 2 by max_latency', `${SLOW}\nwatch http | pick by none`],
		['watch http | slow n=5', 'watch http | stat slow(n=5)'],
		['watch http | slow n=5', 'watch http | slow 5'],
		['watch | slow', 'slow'],
		['watch http where path ~ "x" | errors 3 by route 5s', 'errors http where path ~ "x" by route 5s, 3'],
		['watch | overview', 'overview'],
		['watch http where path ~ "x" | slow', 'stat http slow where path ~ "x"'],
	];
	for (const [left, right] of same)
		it(`${right} is ${left}`, async () => assert.equal((await planOf(right)).text, (await planOf(left)).text));

	it('run: the worst keys first', async () => {
		const ran = await run('watch http | slow n=2', SOME);
		assert.deepEqual(rowsOf(ran, 'remote_ip', 'count', 'max_latency', 'worst'), [
			['10.0.0.3', 2, 6 * MS, SOME[5]],
			['10.0.0.2', 2, 4 * MS, SOME[3]],
		]);
	});

	it('of the user are like those of the library', async () => {
		const ran = await run(`${SLOW}\nwatch http | pick n=1 by remote_ip`, SOME);
		assert.deepEqual(rowsOf(ran), [['10.0.0.3', 6 * MS]]);
	});

	it('are one row without keys', async () => {
		for (const view of ['slow', 'bigreq', 'bigresp'])
			assert.deepEqual(rowsOf(await run(`watch http | ${view} by none`, SOME), 'count'), [[6]]);
		const { schema } = await planOf('watch http | slow by none 1s');
		assert.deepEqual(
			schema.columns.slice(0, 3).map(({ name }) => name),
			['window_start', 'window_end', 'count'],
		);
	});

	it('take several keys', async () => {
		const { schema } = await planOf('watch http | slow by remote_ip, path 1s');
		assert.deepEqual(
			schema.columns.slice(0, 5).map(({ name }) => name),
			['window_start', 'window_end', 'remote_ip', 'path', 'count'],
		);
	});

	it('do not capture names of their caller', async () => {
		const program =
			'op above(limit) { where latency > limit | select n = 1, latency }\nlet n = 4ms\nwatch http | above n';
		assert.deepEqual(rowsOf(await run(program, SOME)), [[1, 6 * MS]]);
	});

	it('point errors inside them at the call, with a label at the definition', async () => {
		const text = 'op broken() { where pathh == "x" }\nwatch http | broken';
		const { diagnostics } = await compile(text);
		const [first] = diagnostics;
		assert.equal(first?.code, 'CIQ301');
		assert.equal(text.slice(first?.span?.start, first?.span?.end), 'broken');
		assert.equal(text.slice(first?.labels?.[0]?.span.start, first?.labels?.[0]?.span.end), 'pathh');
		assert.match(first?.labels?.[0]?.text ?? '', /did you mean `path`/);
	});

	it('point errors in their arguments at the arguments', async () => {
		const text = 'watch http | slow by remote_ipp';
		const { diagnostics } = await compile(text);
		assert.deepEqual(codesOf(diagnostics), ['CIQ301']);
		assert.equal(text.slice(diagnostics[0]?.span?.start, diagnostics[0]?.span?.end), 'remote_ipp');
	});

	const wrong: readonly (readonly [string, string])[] = [
		['op a() { b }\nop b() { a }\nwatch http | a', 'CIQ308'],
		['watch http | slow m=5', 'CIQ311'],
		['watch http | slow 5, 6', 'CIQ504'],
		['op x() { where failed }\nwatch http | x 5s', 'CIQ502'],
		['op x() { where failed }\nwatch http | x by path', 'CIQ502'],
		['op x(a) { where path == a }\nwatch http | x', 'CIQ503'],
		['op head() { where failed }\nwatch http | head', 'CIQ309'],
		['watch http | slow where failed', 'CIQ502'],
		['watch http | stat slow --wide', 'CIQ306'],
	];
	for (const [text, code] of wrong)
		it(`${text} → ${code}`, async () => assert.deepEqual(codesOf((await compile(text)).diagnostics), [code]));
});

describe('the standard library', () => {
	for (const name of viewNames())
		it(`${name} compiles with its defaults and with a window`, async () => {
			await planOf(`watch http | ${name}`);
			await planOf(`watch http | ${name} by path 5s`);
		});
	it('is what lies in stdlib/', () => assert.equal(viewNames().length, readdirSync('stdlib').length));
});

describe('definitions', () => {
	const cases: readonly (readonly [string, unknown[][]])[] = [
		['let big = 5ms\nwatch http where latency > big | select latency', [[6 * MS]]],
		['fn ms(x) = x / 1ms\nwatch http | head 1 | select took = ms(latency)', [[1]]],
		['fn twice(latency) = latency + latency\nwatch http | head 1 | select x = twice(.latency)', [[2 * MS]]],
		[
			'let internal = [10.0.0.1, 10.0.0.2]\nwatch http where remote_ip not in internal | head 1 | select remote_ip',
			[['10.0.0.3']],
		],
		['fn f(x, y) = x - y\nwatch http | head 1 | select s = f(1, f(2, 3))', [[2]]],
		['fn f(x) = g(x) + 1\nfn g(x) = x * 2\nwatch http | head 1 | select s = f(g(f(1)))', [[13]]],
		['fn f(x) = x + 1\nlet two = f(1)\nwatch http | head 1 | select s = f(two)', [[3]]],
		['fn f(x, y = g(2)) = x + y\nfn g(x) = x + 1\nwatch http | head 1 | select s = f(g(1))', [[5]]],
		['fn f(x) = x + 1\nop f(x) { select s = f(x) }\nwatch http | head 1 | f f(1)', [[3]]],
		['let `größe` = 5ms\nwatch http where latency > `größe` | select latency', [[6 * MS]]],
		['param `größe` = 1\nwatch http | head `größe` | select a = `größe` + 1', [[2]]],
		['fn `größe`(`übrig`) = `übrig` + 1\nwatch http | head 1 | select a = `größe`(1)', [[2]]],
		['op first(n) { head n }\nwatch http | first 3 | first 1 | select path', [['/api/items']]],
	];
	for (const [text, expected] of cases) it(text, async () => assert.deepEqual(rowsOf(await run(text, SOME)), expected));

	it('params take what the command line gives', async () => {
		const text =
			'param least: duration = 5ms\nparam from_ip = "10.0.0.2"\nwatch http where latency >= least and remote_ip == from_ip | select latency';
		assert.deepEqual(rowsOf(await run(text, SOME)), []);
		const given = new Map([['least', '3ms']]);
		assert.deepEqual(rowsOf(await run(text, SOME, { params: given })), [[4 * MS]]);
		assert.deepEqual(codesOf((await compile(text, { params: new Map([['leest', '3ms']]) })).diagnostics), ['CIQ311']);
		assert.deepEqual(codesOf((await compile('param x: int\nwatch')).diagnostics), ['CIQ503']);
	});

	/** What a parameter, declared so, is with that value on the command line. */
	const given = async (declared: string, value: string): Promise<unknown> => {
		const text = `param x${declared}\nwatch http | head 1 | select x`;
		return rowsOf(await run(text, SOME, { params: new Map([['x', value]]) }))[0]?.[0];
	};
	const values: readonly (readonly [declared: string, value: string, is: unknown])[] = [
		[': duration', '5ms', 5 * MS],
		[': duration', '"5ms"', 5 * MS],
		[': duration', "'5ms'", 5 * MS],
		[' = 20ms', '"5ms"', 5 * MS],
		[': duration = "20ms"', '"5ms"', 5 * MS],
		[': int', '"4"', 4],
		[' = 3', '"4"', 4],
		[': bool', '"true"', true],
		[': size', '"10KB"', 10_000],
		[': ip', '"10.0.0.1"', '10.0.0.1'],
		[': any', '"5ms"', '5ms'],
		['', '"5ms"', '5ms'],
		['', '5ms', 5 * MS],
		['', 'order-api', 'order-api'],
		['', 'shop.example', 'shop.example'],
		['', 'a.b-c/d', 'a.b-c/d'],
		['', '2 * 3ms', 6 * MS],
		[': string', '"x"', '"x"'],
		[': string', '404', '404'],
		[' = "y"', '404', '404'],
		[' = "y"', '"x"', 'x'],
		[' = "y"', 'x * 2', 'x * 2'],
	];
	for (const [declared, value, is] of values)
		it(`param x${declared}, --x=${value}`, async () => assert.deepEqual(await given(declared, value), is));

	it('params of which the default is a text of another type', async () => {
		const text = 'param x: duration = "20ms"\nwatch http | head 1 | select x';
		assert.deepEqual(rowsOf(await run(text, SOME)), [[20 * MS]]);
	});

	it('params of the wrong type say what would do', async () => {
		for (const [type, value, label] of [
			['duration', '"5msec"', 'such as 5ms'],
			['bool', 'yes', '`true` or `false`'],
			['int', '"x"', 'such as 5'],
			['time', 'noon', 'such as @10:30'],
			['list', '1,2', 'such as [1, 2]'],
		] as const) {
			const text = `param x: ${type}\nwatch http | head 1 | select x`;
			const { diagnostics } = await compile(text, { params: new Map([['x', value]]) });
			assert.equal(diagnostics[0]?.label, label, `${type} ${JSON.stringify(diagnostics)}`);
		}
	});

	it('come from modules, whose errors point into the module', async () => {
		const module = {
			name: 'lib.ciq',
			text: 'let wrong = pathh\nlet limit = 3ms\nop above() { where latency > limit }',
		};
		const options = { readModule: (path: string) => (path === 'lib.ciq' ? module : undefined) };
		const ran = await run('use "lib.ciq"\nwatch http | above | select latency', SOME, options);
		assert.deepEqual(rowsOf(ran), [[4 * MS], [6 * MS]]);
		const { diagnostics } = await compile('use "lib.ciq"\nwatch http where wrong == "x"', options);
		assert.equal(diagnostics[0]?.source, module);
		assert.deepEqual(codesOf((await compile('use "none.ciq"\nwatch')).diagnostics), ['CIQ307']);
	});

	it('that need themselves are refused', async () => {
		for (const text of [
			'let a = b\nlet b = a\nwatch where a',
			'fn f(x) = f(x)\nwatch where f(1)',
			'fn f(x) = abs(f(x))\nwatch where f(f(1)) > 1',
			'fn f(x) = g(f(x))\nfn g(x) = x\nwatch where f(1)',
			'fn f(x) = g(x)\nfn g(x) = f(x)\nwatch where f(g(1))',
			'fn f(x) = x + a\nlet a = f(1)\nwatch where f(1) > 1',
			'fn f(x = f()) = x\nwatch where f()',
			'fn f(x) = f(x)\nop o(x) { where f(x) }\nwatch | o 1',
		])
			assert.deepEqual(codesOf((await compile(text)).diagnostics), ['CIQ308'], text);
	});

	it('never throw for a program of definitions only', async () => {
		const { program } = parse({ name: 'x', text: 'let a = 1' });
		assert.deepEqual(await compileProgram(program, COMPILE_OPTIONS), { plans: [], diagnostics: [] });
	});
});
