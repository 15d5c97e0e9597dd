import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { QUERY_CODES } from '../../engine/query/codes.ts';
import { compileProgram } from '../../engine/query/compile.ts';
import { parse } from '../../grammar/parse.ts';
import { renderDiagnostic } from '../../grammar/render.ts';
import { COMPILE_OPTIONS } from '../support/query.ts';

/*
 * Each NAME.ciq is a query with something wrong, NAME.txt what is said about it. UPDATE_GOLDEN=1 writes the answers anew:
 * read them as someone who is tired.
 */
const FOLDER = join(import.meta.dirname, 'diagnostics');

const check = async (name: string): Promise<string> => {
	const source = { name: '-e', text: readFileSync(join(FOLDER, `${name}.ciq`), 'utf8').trimEnd() };
	const { program, diagnostics } = parse(source);
	assert.deepEqual(diagnostics, [], 'what the grammar refuses belongs into its own tests');
	const compiled = await compileProgram(program, COMPILE_OPTIONS);
	assert.ok(compiled.diagnostics.length > 0, 'nothing was found');
	for (const { code } of compiled.diagnostics) assert.ok(code in QUERY_CODES, code);
	return compiled.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { color: false })).join('\n\n');
};

describe('diagnostics of the query engine', () => {
	const names = readdirSync(FOLDER)
		.filter((file) => file.endsWith('.ciq'))
		.map((file) => file.slice(0, -'.ciq'.length));
	for (const name of names)
		it(name, async () => {
			const rendered = `${(await check(name)).trimEnd()}\n`;
			const golden = join(FOLDER, `${name}.txt`);
			if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, rendered);
			assert.equal(rendered, readFileSync(golden, 'utf8'));
		});
});
