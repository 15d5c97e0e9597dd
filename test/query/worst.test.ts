import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { parse } from '../../grammar/parse.ts';
import { renderDiagnostic } from '../../grammar/render.ts';
import { compile } from '../support/query.ts';

/*
 * What people type at three in the morning, half of it in other languages, each with what is said about it.
 * UPDATE_GOLDEN=1 writes the answers anew: read them as someone who is tired.
 */
const GOLDEN = join(import.meta.dirname, 'worst.txt');
const MARK = '> ';

const answer = async (query: string): Promise<string> => {
	const { diagnostics } = parse({ name: '-e', text: query });
	const all = diagnostics.length > 0 ? diagnostics : (await compile(query)).diagnostics;
	return all.map((diagnostic) => `${renderDiagnostic(diagnostic, { color: false }).trimEnd()}\n`).join('');
};

it('the worst inputs are answered with what to write instead', async () => {
	const queries = readFileSync(GOLDEN, 'utf8')
		.split('\n')
		.filter((line) => line.startsWith(MARK));
	assert.ok(queries.length >= 30);
	const blocks = await Promise.all(queries.map(async (line) => `${line}\n${await answer(line.slice(MARK.length))}`));
	const said = blocks.join('\n');
	if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, said);
	assert.equal(said, readFileSync(GOLDEN, 'utf8'));
	for (const block of blocks) assert.match(block, /\n(?:error|warning)\[CIQ\d{3}\]/);
});
