import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from './program.ts';
import { writeRecording } from './recording.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-explain-'));
const five = join(folder, 'five.ciqrec');
before(() => writeRecording(five));
after(() => rmSync(folder, { recursive: true }));

test('explain needs neither the kernel nor a recording', () => {
	const { status, stdout, stderr } = run(['-e', 'explain watch http where local_port == 8080 | slow']);
	assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
	assert.match(stdout, /^watch http where local_port == 8080\n[\s\S]*\| head 10\n\ncaptured in the kernel\n/);
});

test('explain --run says what each stage did', () => {
	const { status, stdout, stderr } = run(['-e', 'explain --run watch http | where failed', '--from', five]);
	assert.equal(status, 0);
	const [text, ...rows] = stdout.split(/\n(?=\{)/);
	assert.match(text, /^watch http\n {4}→ exchanges of http\n\| where failed\n\nread from /);
	const counts = rows.map((row) => JSON.parse(row)).map(({ stage, rows_in, rows_out }) => [stage, rows_in, rows_out]);
	assert.deepEqual(counts, [
		['watch http', 5, 5],
		['where failed', 5, 1],
	]);
	assert.match(stderr, /5 exchanges, nothing lost/);
});

test('what is explained does not run, and the rest does', () => {
	const { stdout } = run(['-e', 'explain watch http; stat http n = count()', '--from', five]);
	assert.match(stdout, /^watch http\n[\s\S]*\n\{"n":5\}\n$/);
});
