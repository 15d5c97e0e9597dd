import assert from 'node:assert/strict';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { AS_NOBODY, NOBODY } from '../support/nobody.ts';
import { type Clone, giveTo, isRoot, makeClone, pathWithout, refused, steps, writeProgram } from './clone.ts';

const skip = !isRoot && 'needs root';

/** In the place of apt-get: knows nothing before an update, and installs an npm. */
const APT = `#!/bin/sh
case $* in
*update*) : >"$0.lists" ;;
*--print-uris*)
	[ -f "$0.lists" ] || exit 100
	echo "'a' npm.deb 1500000 SHA256:0"
	echo "'b' nodejs.deb 500000 SHA256:0"
	;;
*install*) mv "\${0%/*}/npm.deb" "\${0%/*}/npm" ;;
esac
`;

/** A machine with neither npm nor sudo, on which apt-get can get an npm. */
function machineWithoutNpm(clone: Clone): { env: Record<string, string> } {
	writeProgram(`${clone.bin}/apt-get`, APT);
	renameSync(`${clone.bin}/npm`, `${clone.bin}/npm.deb`);
	const machine = pathWithout(`${clone.bin}/machine`, 'npm', 'apt-get', 'sudo');
	return { env: { PATH: `${clone.bin}:${machine}` } };
}

test('root gets system packages installed, and is told which', { skip }, async (t) => {
	const clone = makeClone(t);
	const ended = await clone.run([], machineWithoutNpm(clone)).finished;
	assert.equal(ended.status, 0, ended.stderr);
	assert.deepEqual(steps(ended).slice(0, 3), [
		'refreshing the lists of packages (apt-get update)',
		'installing the libraries needs npm: 2 packages, 2.0 MB to fetch',
		'installing npm (apt-get install -y --no-install-recommends npm)',
	]);
});

test('on a terminal set-up asks', { skip }, async (t) => {
	const clone = makeClone(t);
	const machine = machineWithoutNpm(clone);
	// script(1) gives it a terminal; what we write is typed there.
	const command = ['script', '-qec', `'${clone.path('claudeinsight')}' x`, '/dev/null'];
	const answer = async (typed: string) => {
		const asked = clone.run([], { ...machine, command, stdio: 'pipe' });
		await asked.saw(/install them now\? \[Y\/n\] $/);
		asked.child.stdin?.write(typed);
		return asked.finished;
	};
	const refusal = await answer('n\n');
	assert.equal(refusal.status, 3);
	assert.match(refusal.stdout, /not installed\. When you want it: Run as root: apt-get install .* npm\r\n$/);
	assert.equal(existsSync(`${clone.bin}/npm`), false);
	const consent = await answer('\n');
	assert.equal(consent.status, 0, consent.stdout);
	assert.match(consent.stdout, /"args":\["x"\]/);
});

test('who may not install is told the exact command', { skip }, async (t) => {
	const clone = makeClone(t);
	const machine = machineWithoutNpm(clone);
	giveTo(clone, NOBODY);
	const nobody = await clone.run([], { ...machine, command: [...AS_NOBODY, clone.path('claudeinsight')] }).finished;
	refused(nobody, 3, /only root may install\. Run as root: apt-get install -y --no-install-recommends npm\n$/);

	// Other package managers: the command is theirs.
	const foreign = pathWithout(`${clone.bin}/foreign`, 'npm', 'apt-get', 'dnf', 'pacman', 'apk');
	const without = await clone.run([], { env: { PATH: foreign } }).finished;
	refused(without, 1, /needs npm; install them with your package manager/);
	writeProgram(`${clone.bin}/dnf`, '');
	rmSync(`${clone.bin}/apt-get`);
	refused(await clone.run([], { env: { PATH: `${clone.bin}:${foreign}` } }).finished, 1, /dnf install -y npm\n$/);
});
