import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Exit } from '../../engine/shell/exit.ts';
import { allEntries, operatorEntries } from '../../engine/shell/reference/entries.ts';
import { languageReference } from '../../engine/shell/reference/markdown.ts';
import { pcap } from '../capture/pcap/files.ts';
import { compile } from '../support/query.ts';
import { MODULE, session } from '../support/session.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const RECORDING = join(ROOT, 'examples', 'shop.ciqrec');

describe('the reference', () => {
	it('is as the program knows the language: npm run docs writes it anew', () => {
		const written = readFileSync(join(ROOT, 'docs', 'language.md'), 'utf8').split('\n');
		const known = languageReference().split('\n');
		const at = known.findIndex((line, index) => line !== written[index]);
		assert.deepEqual([at, written[at], written.length], [-1, undefined, known.length], `line ${at + 1}: ${known[at]}`);
	});
});

describe('every query of docs/incidents.md is right, and runs', () => {
	const text = readFileSync(join(ROOT, 'docs', 'incidents.md'), 'utf8');
	const queries = [...text.matchAll(/```ciq\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'));
	assert.ok(queries.length > 10);
	for (const query of queries)
		it(query, async () => {
			assert.deepEqual((await compile(query)).diagnostics, []);
			const { status, errors } = await session(query, RECORDING);
			assert.equal(status, Exit.done, errors);
		});
});

describe('every example of the reference runs', () => {
	const home = process.cwd();
	const folder = mkdtempSync(join(tmpdir(), 'ciq-docs-'));
	// Examples read recordings, and write files, in the working folder.
	before(() => {
		for (const name of ['shop.ciqrec', 'a.ciqrec', 'b.ciqrec']) copyFileSync(RECORDING, join(folder, name));
		mkdirSync(join(folder, 'logs'));
		writeFileSync(join(folder, 'logs', 'a.pcap'), pcap([]));
		for (const name of ['client.pcap', 'server.pcap'])
			copyFileSync(join(ROOT, 'examples', 'ends', name), join(folder, name));
		process.chdir(folder);
	});
	after(() => {
		process.chdir(home);
		rmSync(folder, { recursive: true });
	});

	const blocks = [...languageReference().matchAll(/```ciq\n([\s\S]*?)```/g)].flatMap(([, text]) =>
		text.trim().split('\n'),
	);
	const entries = allEntries().filter(({ kind }) => kind !== 'flag' && kind !== 'command');
	/** The recording holds HTTP; and what shows an operator may look for what is rare. */
	const rare = new Set(operatorEntries().flatMap(({ examples }) => examples));
	const finds = (query: string): boolean => /^(?:watch|stat) http\b|^explain/.test(query) && !rare.has(query);
	for (const query of new Set([...blocks, ...entries.flatMap(({ examples }) => examples)]))
		it(query, async () => {
			// As it stands it would read the kernel: there it has to be right, and here it runs on the recording.
			assert.deepEqual((await compile(query, MODULE)).diagnostics, []);
			const { status, errors, out } = await session(query, 'shop.ciqrec');
			// `fail` may find what it looks for.
			assert.ok(status === Exit.done || (status === Exit.incomplete && query.includes('fail ')), errors);
			assert.doesNotMatch(errors, /could not be evaluated/);
			assert.ok(out !== '' || !finds(query), 'nothing was found');
		});
});

describe('every entry', () => {
	for (const { kind, name, doc, usage, examples, title } of allEntries())
		it(`${kind} ${name} says what it is`, () => {
			assert.match(doc, /^\S[^\n]*\S$/);
			if (kind === 'code' || doc.endsWith('not yet supported')) return;
			if (title !== 'type of values') assert.ok((usage ?? name).includes(name.replace(/^--/, '')), usage);
			assert.ok(examples.length > 0);
		});
});
