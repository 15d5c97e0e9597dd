import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { QUERY_CODE_HELP } from '../../../engine/query/code-help.ts';
import { codeEntries, flagEntries } from '../../../engine/shell/reference/entries.ts';
import { findEntries } from '../../../engine/shell/reference/find.ts';
import { fitHelp } from '../../../engine/shell/reference/fit-help.ts';
import { fieldsText, LISTS, overviewText } from '../../../engine/shell/reference/text.ts';
import { type CodeHelp, SYNTAX_CODES } from '../../../grammar/codes.ts';
import { codesOf, compile } from '../../support/query.ts';
import { run } from '../program.ts';

describe('help on a narrow terminal', () => {
	const texts = [overviewText(), fieldsText('') ?? '', ...[...LISTS.values()].map((list) => list())];
	const wordsOf = (text: string): string[] => text.split(/\s+/);

	for (const width of [24, 40, 79, 100])
		it(`breaks no word at ${width} columns`, () => {
			for (const text of texts) {
				const fitted = fitHelp(text, { terminal: true, width });
				assert.deepEqual(wordsOf(fitted), wordsOf(text));
				for (const line of fitted.split('\n'))
					assert.ok(line.length <= width || !/\S\s+\S/.test(line) || line.startsWith('  watch http'), line);
			}
		});

	it('leaves it as it is elsewhere', () => {
		assert.equal(fitHelp(overviewText(), { terminal: false, width: 40 }), overviewText());
	});
});

describe('claudeinsight help', () => {
	const cases: readonly (readonly [words: readonly string[], answer: RegExp])[] = [
		[[], /Operators:\n {2}watch +\S[\s\S]*\n {2}slow +The slowest[\s\S]*\n {2}count sum/],
		[['stat'], /^stat: operator\n {2}stat \[name =\][\s\S]*Examples:\n {2}watch http \| stat/],
		[['watch'], /^watch: source/],
		[['slow'], /^slow: view[\s\S]*\n {2}op slow\([\s\S]*\n--slow: flag of stat/],
		[['p99'], /^p99: aggregate\n {2}p99\(x\)/],
		[['split'], /^split: function, list\n {2}split\(text, separator\)/],
		[['~'], /^~: operator of expressions/],
		[['path'], /^path \(also http\.path\): field of http, string[\s\S]*\n--path: flag/],
		[['http.path'], /^path /],
		[['status_code'], /^status \(also/],
		[['--latency'], /^--latency: flag of watch and stat\n/],
		[['-e'], /^--execute \(also -e\)/],
		[['ciq302'], /^CIQ302: no such operator\n[\s\S]*Wrong: .*haed[\s\S]*Right: .*head/],
		[['ops'], /^Operators:/],
		[['fields'], /^Fields of HTTP:\n {2}method +string[\s\S]*Fields of every exchange:\n {2}ts +time/],
		[['fields', 'http'], /^Fields of HTTP:/],
		[['stages'], /Using it costs: .{30,66}\n {2}\w.*\.\n/],
		[['views'], /^Views:\n {2}apdex +How/],
		[['aggregates'], /^Aggregates[^\n]*\n {2}count +\S/],
		[['functions'], /^Functions:\n {2}has +Whether/],
		[['formats'], /^Formats[^\n]*\n {2}table +columns[\s\S]*\n {2}har +\S/],
		[['flags'], /^Flags:\n {2}--execute +run/],
		[['codes'], /^Codes[^\n]*\n[\s\S]*\n {2}CIQ301 +no such field\n/],
		[['har'], /^har: format of `to`\n {2}to har \["path"\]\n/],
		[['doctor'], /^doctor: command\n {2}claudeinsight doctor \[/],
		[['fmt'], /^fmt: command\n/m],
		[['help'], /^help: command\n[\s\S]*\n--help \(also -h\)/],
	];
	for (const [words, answer] of cases)
		it(words.join(' ') || 'without a name', () => {
			const { status, stdout, stderr } = run(['help', ...words]);
			assert.match(stdout, answer);
			assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
		});

	it('says what a name of another tool, or of a part of a message, is here', () => {
		const answers = ['headers', 'response_time', 'request_size'].map((name) => findEntries(name).meant);
		assert.deepEqual(answers, ['request', 'latency', 'req_size']);
		assert.match(run(['help', 'request']).stdout, /select path, request\.headers\["user-agent"\]/);
	});

	it('says what was probably meant', () => {
		const { status, stderr } = run(['help', 'slwo']);
		assert.equal(stderr, "claudeinsight: there is no help on 'slwo': did you mean 'slow'?\n");
		assert.equal(status, 2);
		for (const mark of ['', '_'])
			assert.match(run(['help', mark]).stderr, new RegExp(`no help on '${mark}': \`claudeinsight help\` lists`));
		assert.match(run(['help', 'fields', 'nosuchprotocol']).stderr, /no help on 'nosuchprotocol'/);
	});

	it('tells a flag from what has its name', () => {
		assert.deepEqual(
			findEntries('--path').entries.map(({ name }) => name),
			['--path'],
		);
		assert.deepEqual(
			findEntries('latency').entries.map(({ name }) => name),
			['latency', '--latency'],
		);
	});
});

describe('the codes of diagnostics', () => {
	const all: readonly (readonly [string, CodeHelp])[] = [...Object.entries(SYNTAX_CODES), ...QUERY_CODE_HELP];
	const readModule = (path: string) => (path === 'views.ciq' ? { name: path, text: '' } : undefined);

	for (const [code, { example, meaning }] of all)
		it(`${code} is explained by a query that gets it, and its mend`, async () => {
			assert.match(meaning, /^[A-Z"`][\s\S]*\.$/);
			if (example === undefined) return;
			const wrong = await compile(example.wrong, { readModule });
			assert.ok(codesOf(wrong.diagnostics).includes(code), `${example.wrong}: ${codesOf(wrong.diagnostics)}`);
			assert.deepEqual((await compile(example.right, { readModule })).diagnostics, []);
		});

	it('are all explained', () => {
		const folders = ['diagnostics', 'query/diagnostics'].map((name) => join(import.meta.dirname, '..', '..', name));
		const golden = folders.flatMap((folder) =>
			readdirSync(folder).map((file) => (file.endsWith('.txt') ? readFileSync(join(folder, file), 'utf8') : '')),
		);
		const known = new Set(codeEntries().map(({ name }) => name));
		for (const [code] of golden.join('').matchAll(/CIQ\d+/g)) assert.ok(known.has(code), code);
	});
});

describe('the examples of flags', () => {
	/** Words as a shell takes them apart: blanks between them, quotes around some. */
	const wordsOf = (line: string): string[] =>
		[...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare);

	for (const { name, examples, doc } of flagEntries())
		it(name, () => {
			assert.equal(examples.length, doc.endsWith('not yet supported') ? 0 : 1);
			for (const example of examples) {
				const [program, ...args] = wordsOf(example);
				assert.equal(program, 'claudeinsight');
				assert.ok(args.includes(name) || args[0] === '-e', example);
				const { status, stderr } = run(
					['--help', '--version'].includes(name) || name === '--print-query' ? args : [...args, '--print-query'],
				);
				assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
			}
		});
});
