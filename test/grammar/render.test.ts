import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import stringWidth from 'string-width';
import type { Diagnostic } from '../../grammar/diagnostic.ts';
import { renderDiagnostic } from '../../grammar/render.ts';
import { diagnosticToJson } from '../../grammar/render-json.ts';

const QUERY = { name: '-e', text: 'watch http where pathh ~ "/api"' };
const MISSPELT: Diagnostic = {
	code: 'CIQ301',
	severity: 'error',
	message: 'no field `pathh` in an http stream',
	source: QUERY,
	span: { start: 17, end: 22 },
	label: 'did you mean `path`?',
};

const lines = (...expected: string[]): string => expected.join('\n');
const plain = (diagnostic: Diagnostic, width?: number): string => renderDiagnostic(diagnostic, { color: false, width });

/** A diagnostic at the first `mark` of a text. */
const at = (text: string, mark: string, rest: Partial<Diagnostic> = {}): Diagnostic => ({
	...{ code: 'CIQ201', severity: 'error', message: 'no', source: { name: '-e', text } },
	span: { start: text.indexOf(mark), end: text.indexOf(mark) + mark.length },
	...rest,
});

describe('a rendered diagnostic', () => {
	it('has the shape of the specification', () => {
		assert.equal(
			plain(MISSPELT),
			lines(
				'error[CIQ301]: no field `pathh` in an http stream',
				'  1 │ watch http where pathh ~ "/api"',
				'    │                  ^^^^^ did you mean `path`?',
			),
		);
	});

	it('names the file, line and column of a script', () => {
		const source = { name: 'slow.ciq', text: `${'\n'.repeat(10)}  watch htp\n` };
		assert.equal(
			plain({ ...MISSPELT, source, span: { start: 18, end: 21 }, notes: ['one', 'two'] }),
			lines(
				'error[CIQ301]: no field `pathh` in an http stream',
				'  --> slow.ciq:11:9',
				'  11 │   watch htp',
				'     │         ^^^ did you mean `path`?',
				'     = note: one',
				'     = note: two',
			),
		);
	});

	it('shows further places, on the same line and in other texts', () => {
		const library = { name: 'lib.ciq', text: 'op slow { head x }\n' };
		const labels = [
			{ source: QUERY, span: { start: 6, end: 10 }, text: 'the stream' },
			{ source: library, span: { start: 15, end: 16 }, text: 'defined here' },
		];
		assert.equal(
			plain({ ...MISSPELT, labels }),
			lines(
				'error[CIQ301]: no field `pathh` in an http stream',
				'  1 │ watch http where pathh ~ "/api"',
				'    │                  ^^^^^ did you mean `path`?',
				'    │       ---- the stream',
				' --> lib.ciq:1:16',
				'  1 │ op slow { head x }',
				'    │                - defined here',
			),
		);
	});

	it('needs no place', () => {
		assert.equal(plain({ code: 'CIQ601', severity: 'warning', message: 'gone' }), 'warning[CIQ601]: gone');
	});

	it('points behind the end with one caret', () => {
		assert.equal(plain(at('watch |', '')).split('\n').at(-1), '    │ ^');
		const end = { start: 7, end: 7 };
		assert.equal(
			plain(at('watch |', '', { span: end }))
				.split('\n')
				.at(-1),
			'    │        ^',
		);
	});

	it('shows the first line of what goes over several', () => {
		assert.equal(
			plain(at('a (b\nc)', '(b\nc)')),
			lines('error[CIQ201]: no', ' --> -e:1:3', '  1 │ a (b', '    │   ^^'),
		);
	});

	it('counts wide characters and tabs as the terminal does', () => {
		assert.equal(plain(at('a\t"日本" x', 'x')).split('\n').at(-1), `    │ ${' '.repeat(11)}^`);
		assert.equal(plain(at('日本', '本')).split('\n').at(-1), '    │   ^^');
	});

	it('prints no control character of the text, the name or the words', () => {
		const bad = '\x1b[2J\x07\u202e\u200b\x9b';
		const rendered = plain({ ...at(`${bad}\nx${bad}`, 'x'), message: bad, label: bad, notes: [bad] });
		assert.doesNotMatch(rendered.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
		assert.match(rendered, /␛\[2J␇/);
	});

	it('colours on demand', () => {
		assert.ok(renderDiagnostic(MISSPELT, { color: true }).includes('\x1b[31m'));
		assert.ok(!plain(MISSPELT).includes('\x1b'));
	});
});

describe('a long line', () => {
	const long = `${'é1234567 '.repeat(100_000)}HERE${' 12345678'.repeat(100_000)}`;

	for (const width of [40, 80, 200]) {
		it(`is cut to ${width} columns around the place`, () => {
			const [, source = '', carets = ''] = plain(at(long, 'HERE'), width).split('\n');
			assert.ok(stringWidth(source) <= width, source);
			assert.equal(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1), 'HERE');
			assert.match(source, /^ {2}1 │ ….*…$/);
		});
	}

	it('shows its start when the place is there', () => {
		const [, source = ''] = plain(at(`HERE ${long}`, 'HERE'), 60).split('\n');
		assert.match(source, /^ {2}1 │ HERE .*…$/);
		assert.equal(stringWidth(source), 60);
	});

	it('shows its end when the place is there', () => {
		const [, source = '', carets = ''] = plain(at(`${'a '.repeat(500)}HERE`, 'HERE'), 60).split('\n');
		assert.match(source, /^ {2}1 │ ….*HERE$/);
		assert.equal(source.indexOf('HERE'), carets.indexOf('^'));
	});

	it('has a label on a line of its own when it does not fit', () => {
		const rendered = plain(at(`${'a '.repeat(25)}HERE`, 'HERE', { label: 'a label of some length' }), 60);
		assert.deepEqual(
			rendered.split('\n').map((line) => line.length <= 60),
			[true, true, true, true],
		);
	});
});

it('JSON says the same for programs', () => {
	const source = { name: 'a.ciq', text: 'one\ntwo 😀 three' };
	assert.deepEqual(diagnosticToJson({ ...MISSPELT, source, span: { start: 11, end: 16 }, incomplete: true }), {
		code: 'CIQ301',
		severity: 'error',
		message: 'no field `pathh` in an http stream',
		place: { source: 'a.ciq', start: { line: 2, column: 7, offset: 11 }, end: { line: 2, column: 12, offset: 16 } },
		label: 'did you mean `path`?',
		labels: [],
		notes: [],
		incomplete: true,
	});
	assert.equal(diagnosticToJson({ code: 'CIQ601', severity: 'warning', message: 'gone' }).place, null);
});
