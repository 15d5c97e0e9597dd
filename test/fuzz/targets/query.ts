import assert from 'node:assert/strict';
import { allEntries } from '../../../engine/shell/reference/entries.ts';
import { format } from '../../../grammar/format.ts';
import { renderDiagnostic } from '../../../grammar/render.ts';
import { endure } from '../../grammar/endure.ts';
import { assertTypes, SENT } from '../../query/conforms.ts';
import { compile, run as runQuery } from '../../support/query.ts';
import { NUMBERS } from '../mutate.ts';
import type { Target } from '../target.ts';

const UNITS = /\w+|\s+|[^\w\s]/g;

const textOf = (input: Uint8Array): string => Buffer.from(input).toString('utf8');

/** What a query gives has the types that it says. */
const answer = async (text: string): Promise<void> => {
	const { plans, diagnostics } = await compile(text);
	if (plans.length === 1 && diagnostics.length === 0) assertTypes(await runQuery(text, [SENT]));
};

const run = async (input: Uint8Array): Promise<void> => {
	const text = textOf(input);
	endure(text);
	const { diagnostics } = await compile(text);
	for (const diagnostic of diagnostics) {
		const { span, code } = diagnostic;
		if (span) assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, code);
		renderDiagnostic(diagnostic, { color: false });
	}
	await answer(text);
	const formatted = format({ name: 'test', text });
	if (!('text' in formatted)) return;
	const again = format({ name: 'test', text: formatted.text });
	assert.ok('text' in again && again.text === formatted.text, 'what is formatted is formatted otherwise');
};

const examples = (): string[] => allEntries().flatMap((entry) => entry.examples);

/** Queries: tokens, grammar, messages, formatter, and the checker up to a plan. */
export const query: Target = {
	name: 'query',
	seeds: () => examples().map((text) => Buffer.from(text)),
	dictionary: [
		...new Set(examples().flatMap((text) => text.match(UNITS) ?? [])),
		...NUMBERS.map(String),
		...[
			'1e400',
			'0x',
			'99.9%',
			'10.0.0.0/33',
			'::/129',
			'@2026-02-30',
			'1h-',
			'"\\u{110000}"',
			'f"{',
			"''",
			'`',
			'\u2028',
		],
	].map((word) => Buffer.from(word)),
	units: (input) =>
		Array.from(textOf(input).matchAll(UNITS), ({ index }) => Buffer.byteLength(textOf(input).slice(0, index))),
	maxBytes: 2000,
	maxSteps: { base: 600_000, perByte: 6000 },
	run,
};
