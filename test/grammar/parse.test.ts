import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from '../../grammar/parse.ts';
import { outline } from './outline.ts';

/** Parses a text that must be right. */
function read(text: string): string[] {
	const { program, diagnostics } = parse({ name: 'test', text });
	assert.deepEqual(
		diagnostics.map(({ code, message }) => `${code} ${message}`),
		[],
	);
	return program.statements.map(outline);
}

describe('pipelines', () => {
	const CASES: readonly (readonly [text: string, outline: string])[] = [
		[
			'watch http where path ~ "/api" | stat by remote_ip slow 5s',
			'watch [http] where (path ~ "/api") | stat by[remote_ip] [slow] [duration:5000000000]',
		],
		[
			'watch http where pid in [1234] and resp_size >= 10000 | to json',
			'watch [http] where ((pid in list[int:1234]) and (resp_size >= int:10000)) | to [json]',
		],
		['watch http | bigresp by remote_ip', 'watch [http] | bigresp by[remote_ip]'],
		['watch | until 5s | slow by remote_ip', 'watch | until [duration:5000000000] | slow by[remote_ip]'],
		[
			'watch http where latency >= 100ms | stat count(), avg(resp_size) by remote_ip',
			'watch [http] where (latency >= duration:100000000) | stat [count[], avg[resp_size]] by[remote_ip]',
		],
		['overview', 'overview'],
		['stat http slow by remote_ip 5s', 'stat [http] [slow] by[remote_ip] [duration:5000000000]'],
		['watch http | head 5', 'watch [http] | head [int:5]'],
		['where count > 3', 'where [(count > int:3)]'],
		['stat by top, op, let', 'stat by[top, op, let]'],
		['watch http | slow by remote_ip every 5s', 'watch [http] | slow by[remote_ip] every duration:5000000000'],
		['stat count() over 1m every 5s', 'stat [count[]] over duration:60000000000 every duration:5000000000'],
		['stat count() every session(30s)', 'stat [count[]] every session[duration:30000000000]'],
		['from "x.ciqrec" | head 5', 'from ["x.ciqrec"] | head [int:5]'],
		['| top 5 by p99_latency', '| top [int:5] by[p99_latency]'],
		[
			'watch http | join --left { watch redis } as r on conn within 5s',
			'watch [http] | join --left {watch [redis]} as r on conn within duration:5000000000',
		],
		['join { watch dns } on left.a == r.b', 'join {watch [dns]} on (left.a == r.b)'],
		['alert failed for 30s --min-count=n', 'alert [failed] for duration:30000000000 --min-count="n"'],
		['stat p99(latency where status < 500)', 'stat [p99[latency]where(status < int:500)]'],
		['stat count(where failed)', 'stat [count[]wherefailed]'],
		['stat n = count(), p99(latency)', 'stat [n=count[], p99[latency]]'],
		['sort latency desc, path asc', 'sort [latency desc, path asc]'],
		['sort asc', 'sort [asc]'],
		['to json "a b.json"', 'to [json] ["a b.json"]'],
		['map { where a == 1 | head 1 }', 'map {where [(a == int:1)] | head [int:1]}'],
		['head -5', 'head [(- int:5)]'],
		['top 5 - 1', 'top [(int:5 - int:1)]'],
		['`odd op` `odd name`', '`odd op` [`odd name`]'],
	];
	for (const [text, expected] of CASES) it(text, () => assert.deepEqual(read(text), [expected]));
});

describe('definitions', () => {
	const CASES: readonly (readonly [text: string, outline: string])[] = [
		['let limit = 5', 'let limit = int:5'],
		['fn double(x) = x * 2', 'fn double(x) = (x * int:2)'],
		['fn pi() = 3.14', 'fn pi() = float:3.14'],
		['param n: int = 5', 'param n'],
		['use "slow.ciq"', 'use slow.ciq'],
		["use 'slow.ciq'", 'use slow.ciq'],
		['explain --run watch http | head 5', 'explain --run watch [http] | head [int:5]'],
		['op a { head 1 }', 'op a() {head [int:1]}'],
		['op a by keys { stat by keys }', 'op a() by keys= {stat by[keys]}'],
		[
			'op slow(n: int = 10) by keys = remote_ip, path every w = none { stat by keys every w | head n }',
			'op slow(n:int=int:10) by keys=[remote_ip, path] every w=none {stat by[keys] every w | head [n]}',
		],
		// Soft words are names when no definition follows.
		['let', 'let'],
		['let | head', 'let | head'],
		['watch op', 'watch [op]'],
		['explain | head', 'explain | head'],
	];
	for (const [text, expected] of CASES.filter(([text]) => text !== 'explain | head')) {
		it(text, () => assert.deepEqual(read(text), [expected]));
	}
	it('explain goes on from the last result', () => assert.deepEqual(read('explain | head'), ['explain | head']));
});

describe('flags', () => {
	const CASES: readonly (readonly [text: string, outline: string])[] = [
		['watch --comm nginx', 'watch --comm [nginx]'],
		['watch --comm=nginx|head', 'watch --comm="nginx" | head'],
		['watch --comm="a | b" x', 'watch --comm="a | b" [x]'],
		["watch --comm='it''s'", 'watch --comm="it\'s"'],
		['watch --remote-ips=10.0.0.0/8,::1 x', 'watch --remote-ips="10.0.0.0/8,::1" [x]'],
		['tee { to json --file=a.json }', 'tee {to [json] --file="a.json"}'],
		['watch --a;head', 'watch --a / head'],
	];
	for (const [text, expected] of CASES) it(text, () => assert.equal(read(text).join(' / '), expected));
});

describe('layout', () => {
	const CASES: readonly (readonly [what: string, text: string, outlines: readonly string[]])[] = [
		['a newline ends a statement', 'watch http\nwatch dns', ['watch [http]', 'watch [dns]']],
		['so does a semicolon', 'watch http; watch dns;;', ['watch [http]', 'watch [dns]']],
		[
			'a line that starts with | goes on',
			'watch http\n  | head 5\n\n| tail 1',
			['watch [http] | head [int:5] | tail [int:1]'],
		],
		['so does one after |', 'watch http |\nhead 5', ['watch [http] | head [int:5]']],
		['so does one that starts with a clause', 'watch http\nwhere a\nby b', ['watch [http] where a by[b]']],
		['so does one after an operator', 'where a and\nb == \n1', ['where [(a and (b == int:1))]']],
		['newlines in parentheses mean nothing', 'where (a\nand b)', ['where [group(a and b)]']],
		['nor in brackets', 'where a in [\n1,\n2\n]', ['where [(a in list[int:1, int:2])]']],
		['a backslash joins lines', 'watch \\\nhttp \\\r\nwhere a', ['watch [http] where a']],
		['carriage returns are blanks', 'watch http\r\nwatch dns\r\n', ['watch [http]', 'watch [dns]']],
		['comments are blanks', '# one\nwatch http # two | three\n| head 1', ['watch [http] | head [int:1]']],
		['a script may say what runs it', '#!/usr/bin/env claudeinsight\nwatch http', ['watch [http]']],
		['strings hold newlines', 'a "1\n2"', ['a ["1\\n2"]']],
		[
			'a block goes over lines',
			'op a {\n  head 1\n  | tail 2\n}\nwatch',
			['op a() {head [int:1] | tail [int:2]}', 'watch'],
		],
		['nothing at all', ' \n # x\n;', []],
		[
			'a call has no blank before its parenthesis',
			'stat by remote_ip (count())',
			['stat by[remote_ip] [groupcount[]]'],
		],
		['nor has an index', 'a b [1]', ['a [b] [list[int:1]]']],
		['nor a member', 'a b .c', ['a [b] [.c]']],
	];
	for (const [what, text, expected] of CASES) it(what, () => assert.deepEqual(read(text), expected));
});

describe('several statements', () => {
	const CASES: readonly (readonly [text: string, outlines: readonly string[], codes: readonly string[]])[] = [
		['watch = 1\nhead 5\nlet x == 2', ['head [int:5]'], ['CIQ205', 'CIQ205']],
		['watch (a; head 5\ntail 1', ['head [int:5]', 'tail [int:1]'], ['CIQ202']],
		['op a { head; tail }\nhead 5', ['head [int:5]'], ['CIQ212']],
		['watch ); head 5', ['head [int:5]'], ['CIQ211']],
		['head 5\nwatch where a && b', [], ['CIQ105']],
	];
	for (const [text, outlines, codes] of CASES) {
		it(`${JSON.stringify(text)} keeps what is right`, () => {
			const { program, diagnostics } = parse({ name: 'test', text });
			assert.deepEqual(program.statements.map(outline), outlines);
			assert.deepEqual(
				diagnostics.map(({ code }) => code),
				codes,
			);
		});
	}
});

describe('documentation', () => {
	const docOf = (text: string): unknown => {
		const [statement] = parse({ name: 'test', text }).program.statements;
		return statement && 'doc' in statement ? statement.doc : undefined;
	};

	it('is the lines with ## above a definition', () => {
		assert.equal(docOf('## One.\n##  Two.  \n##\n## Four.\nlet x = 1'), 'One.\n Two.\n\nFour.');
	});
	it('is set apart by an empty line', () => assert.equal(docOf('## The file.\n\nlet x = 1'), undefined));
	it('belongs to the definition directly below', () => {
		const { program } = parse({ name: 'test', text: '## A.\nlet a = 1\nlet b = 2\n  ## C.\n  op c { head }' });
		assert.deepEqual(
			program.statements.map((statement) => ('doc' in statement ? statement.doc : null)),
			['A.', null, 'C.'],
		);
	});
});

describe('spans', () => {
	it('point into the text', () => {
		const text =
			'watch http\n| where not .path ~ "x" and f(a, b).c[1] == -5 | stat n = max(x) desc by a, b --x=y { head }';
		const { program } = parse({ name: 'test', text });
		const spans = new Set<string>();
		const visit = (value: unknown): void => {
			if (typeof value !== 'object' || value === null) return;
			if ('start' in value && 'end' in value) spans.add(text.slice(Number(value.start), Number(value.end)));
			for (const child of Object.values(value)) visit(child);
		};
		visit(program.statements);
		for (const part of [
			'.path',
			'not .path ~ "x"',
			'f(a, b).c[1]',
			'-5',
			'n = max(x) desc',
			'by a, b',
			'--x=y',
			'{ head }',
			'f(a, b).c[1] == -5',
			text,
		]) {
			assert.ok(spans.has(part), part);
		}
	});
});
