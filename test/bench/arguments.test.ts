import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const FOLDER = import.meta.dirname;

const said = (command: string, ...args: readonly string[]): string => {
	const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
	assert.equal(status, 2, stderr);
	return stderr;
};

test('what a bench does not know is answered with what there is', () => {
	const usage = /^Unknown option '--wrong'\noptions: --only=.*\n$/;
	assert.match(said(process.execPath, join(FOLDER, 'everyday.ts'), '--wrong'), usage);
	assert.match(said('sh', join(FOLDER, 'run.sh'), 'wrong'), /^no bench wrong: there are startup replay .*\n$/);
});
