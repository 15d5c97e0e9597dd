import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CAPTURE_CHOICES } from '../../engine/capture/choose-mode.ts';
import { ofMode } from '../support/capture-mode.ts';
import { WITHOUT_ROOT } from '../support/nobody.ts';
import { LAUNCHER, start } from '../support/tool.ts';

/* Not through the helper that adds --capture-mode: the flag stands behind the word here. */

for (const mode of CAPTURE_CHOICES) {
	const options = mode === 'auto' ? {} : ofMode(mode);
	test(`doctor says that this machine can, and its programs load: mode ${mode}`, options, async () => {
		const { status, stdout, stderr } = await start(LAUNCHER, ['doctor', `--capture-mode=${mode}`]).finished;
		assert.deepEqual([status, stderr], [0, ''], stdout);
		assert.match(stdout, /^Live capture is possible\. Mode (socket|syscall)/);
		assert.match(stdout, /^ {2}ok +programs +loaded for mode (socket|syscall)/m);
		assert.doesNotMatch(stdout, /MISSING/);
	});
}

test('without root it says what root would add', async () => {
	const [command, ...options] = WITHOUT_ROOT;
	const { status, stdout, stderr } = await start(command, [...options, LAUNCHER, 'doctor']).finished;
	assert.deepEqual([status, stderr], [3, '']);
	assert.match(stdout, /^Live capture is not possible here: CAP_BPF, CAP_PERFMON\. Recordings/);
	assert.match(stdout, /MISSING CAP_BPF[^\n]*\n +→ run it with sudo/);
});

test('other words are a wrong command line', async () => {
	const { status, stderr } = await start(LAUNCHER, ['doctor', 'watch']).finished;
	assert.equal(status, 2);
	assert.match(stderr, /doctor takes --capture-mode only/);
});
