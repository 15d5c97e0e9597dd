import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAUNCHER, ROOT } from '../support/tool.ts';

const PATHS = `from "${join(ROOT, 'examples/shop.ciqrec')}" http | head 1 | select path`;

const SHELLS = ['dash', 'bash --posix', 'busybox sh'].filter(
	(shell) => spawnSync('sh', ['-c', `${shell} -c ''`]).status === 0,
);

/** Runs the launcher by a shell of its own, with streams closed as `redirection` says. */
const run = (shell: string, query: string, redirection: string) => {
	const script = `${shell} '${LAUNCHER}' -e "$1" ${redirection}`;
	const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', query], { encoding: 'utf8' });
	return { status, stdout, stderr };
};

const ROW = '{"path":"/"}\n';
const NOT_WRITTEN = /cannot write standard output: not open for writing\n/;

for (const shell of SHELLS) {
	for (const closed of ['<&-', '2>&-', '<&- 2>&-'])
		test(`${shell}: a query answers with ${closed}`, () => {
			const { status, stdout } = run(shell, PATHS, closed);
			assert.deepEqual([status, stdout], [0, ROW]);
		});

	for (const closed of ['>&-', '<&- >&-'])
		test(`${shell}: rows that nobody can get are not lost without a word with ${closed}`, () => {
			const { status, stderr } = run(shell, PATHS, closed);
			assert.equal(status, 1);
			assert.match(stderr, NOT_WRITTEN);
		});
}

test('what is written to a file needs no standard output', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-closed-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const path = join(folder, 'rows.json');
	assert.equal(run('sh', `${PATHS} | to json "${path}"`, '>&- 2>&-').status, 0);
	assert.equal(readFileSync(path, 'utf8'), ROW);
});
