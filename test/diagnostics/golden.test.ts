import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from '../../grammar/parse.ts';
import { renderDiagnostic } from '../../grammar/render.ts';

/*
 * What a user sees for each mistake. The paragraphs of NAME.ciq are texts of their own; NAME.txt has what is printed.
 * UPDATE_GOLDEN=1 writes the .txt files anew: read the difference as a tired user would.
 */

const folder = new URL('./', import.meta.url);

/** Paragraphs are separated by empty lines; several.ciq is one text, since it is about several statements. */
const textsOf = (name: string, content: string): string[] =>
	name === 'several' ? [content] : content.trimEnd().split(/\n\n+/);

function show(name: string, text: string): string {
	const isScript = text.trimEnd().includes('\n');
	const { diagnostics } = parse({ name: isScript ? `${name}.ciq` : '-e', text });
	assert.notEqual(diagnostics.length, 0, `no mistake is found in: ${text}`);
	return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })).join('\n');
}

describe('diagnostics of syntax', () => {
	for (const file of readdirSync(folder).filter((entry) => entry.endsWith('.ciq'))) {
		const name = file.slice(0, -'.ciq'.length);
		it(name, () => {
			const texts = textsOf(name, readFileSync(new URL(file, folder), 'utf8'));
			const shown = `${texts.map((text) => show(name, text)).join('\n\n')}\n`;
			const golden = new URL(`${name}.txt`, folder);
			if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, shown);
			assert.equal(shown, readFileSync(golden, 'utf8'));
		});
	}
});
