import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Failure } from '../../engine/shell/exit.ts';
import { openRecorder } from '../../engine/shell/recorder.ts';
import * as events from '../support/events.ts';

let folder: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-recorder-'));
});
after(() => rmSync(folder, { recursive: true }));

const never = (why: Failure): void => {
	throw why;
};

test('a recording made under sudo is for who called it', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
	const { SUDO_UID, SUDO_GID } = process.env;
	Object.assign(process.env, { SUDO_UID: '65534', SUDO_GID: '65534' });
	try {
		const fresh = join(folder, 'fresh');
		openRecorder(fresh, events.captureInfo(), never).close();
		assert.equal(statSync(fresh).uid, 65534);
		assert.equal(statSync(fresh).mode & 0o777, 0o600);
		const mine = join(folder, 'mine');
		writeFileSync(mine, '');
		openRecorder(mine, events.captureInfo(), never).close();
		assert.equal(statSync(mine).uid, 0, 'one that was there keeps its owner');
	} finally {
		for (const [name, value] of Object.entries({ SUDO_UID, SUDO_GID })) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
	}
});

test('where it cannot be written it says so', () => {
	assert.throws(
		() => openRecorder(join(folder, 'no', 'where'), events.captureInfo(), never),
		(error) => error instanceof Failure && error.status === 1 && /no such file or directory/.test(error.message),
	);
});
