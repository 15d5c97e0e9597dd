import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeRecording } from './recording.ts';
import { Terminal } from './terminal.ts';

let folder: string;
let five: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-output-'));
	five = join(folder, 'five.ciqrec');
	writeRecording(five);
});
after(() => rmSync(folder, { recursive: true }));

/** A shell whose output goes elsewhere; its status is told behind it. */
const shell = (redirection: string): Terminal =>
	new Terminal(`--from ${five} ${redirection}; echo status \${PIPESTATUS[0]}`, {
		XDG_STATE_HOME: folder,
		SHELL: '/bin/bash',
	});

test('a shell whose output cannot be written says so and ends', async (t) => {
	const terminal = shell('> /dev/full');
	t.after(() => terminal.kill());
	const seen = await terminal.sees(/status \d/);
	assert.match(seen, /^claudeinsight: cannot write standard output: disk full\r\nstatus 1$/);
});

test('a shell whose output nobody reads any more ends without a word', async (t) => {
	const terminal = shell('| head -c 5');
	t.after(() => terminal.kill());
	await terminal.sees(/ciq>/);
	terminal.type('.ops\r');
	assert.match(await terminal.sees(/status \d/), /^[\s.a-z]*status 0$/);
});

test('results and prompts of a shell go into a pipe', async (t) => {
	const terminal = shell('| cat');
	t.after(() => terminal.kill());
	await terminal.sees(/ciq> /);
	terminal.type('watch http | head 1 | select path\r');
	await terminal.sees(/\{"path":"\/api\/items"\}\r\n/);
	await terminal.sees(/ciq> /);
	terminal.type('.exit\r');
	await terminal.sees(/status 0/);
});
