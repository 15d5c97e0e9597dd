import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from './program.ts';
import { writeRecording } from './recording.ts';
import { Terminal } from './terminal.ts';

let folder: string;
let five: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-scope-'));
	five = join(folder, 'five.ciqrec');
	writeRecording(five);
});
after(() => rmSync(folder, { recursive: true }));

const NOTICE = /flags of the command line restrict \S*five\.ciqrec, too: process 1\n/g;

test('flags that restrict a file which the query names are said once', () => {
	const said = (query: string, ...flags: readonly string[]): number =>
		run(['-e', query, ...flags]).stderr.match(NOTICE)?.length ?? 0;
	assert.equal(said(`from "${five}" http; from "${five}" | stat count()`, '--pids', '1'), 1);
	assert.equal(said(`from "${five}" http`), 0);
	assert.equal(said('watch http', '--from', five, '--pids', '1'), 0);
});

test('in the shell, too', async (t) => {
	const terminal = new Terminal('--pids 1', { XDG_STATE_HOME: folder });
	t.after(() => terminal.kill());
	await terminal.sees(/ciq> /);
	terminal.type(`from "${five}" | head 1\r`);
	await terminal.sees(/too: process 1\r\n[\s\S]*nothing lost[\s\S]*ciq> /);
	terminal.type(`from "${five}" | head 1\r`);
	assert.doesNotMatch(await terminal.sees(/nothing lost[\s\S]*ciq> /), /too: process/);
	terminal.type('.exit\r');
	assert.equal(await terminal.ended(), 0);
});
