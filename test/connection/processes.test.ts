import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExeFlag } from '../../engine/capture/events.ts';
import { Processes } from '../../engine/connection/processes.ts';
import { exeName } from '../../engine/exchange/exe-name.ts';
import { exe, exit, process } from '../support/events.ts';

/* A process is its id and its start: an id is used again. */

const told = (): Processes => {
	const processes = new Processes();
	processes.seen(process({ tgid: 7, started: 100, comm: 'first', exe: 'first' }), 0);
	return processes;
};

const path = (processes: Processes, tgid: number, started: number): void => {
	const record = exe({ tgid, started, path: '/usr/bin/path' });
	processes.executable(record, 0, record.length);
};

test('an id that is used again is another process, and who held the first keeps what it was', () => {
	const processes = told();
	const first = processes.get(7);
	processes.seen(process({ tgid: 7, started: 200, comm: 'second', exe: 'second' }), 0);
	assert.deepEqual(first, { pid: 7, started: 100n, comm: 'first', exe: 'first' });
	assert.deepEqual(processes.get(7), { pid: 7, started: 200n, comm: 'second', exe: 'second' });
});

test('a path counts for the process that it was asked for, not for the next with its id', () => {
	const processes = told();
	processes.seen(process({ tgid: 7, started: 200, comm: 'second', exe: 'second' }), 0);
	path(processes, 7, 100);
	assert.equal(processes.get(7)?.exe, 'second');
	path(processes, 7, 200);
	assert.equal(processes.get(7)?.exe, '/usr/bin/path');
});

for (const [flags, names, expected] of [
	[ExeFlag.names, 'curl\0bin\0usr\0', '/usr/bin/curl'],
	[ExeFlag.names | ExeFlag.unlinked, 'old\0opt\0', '/opt/old (deleted)'],
	[ExeFlag.names | ExeFlag.unlinked, 'memfd:x\0', '/memfd:x (deleted)'],
	[0, '/usr/bin/curl', '/usr/bin/curl'],
] as const)
	test(`${expected}, from ${JSON.stringify(names)}`, () => {
		const processes = told();
		const record = exe({ tgid: 7, started: 100, path: names, flags });
		processes.executable(record, 0, record.length);
		const process = processes.get(7);
		assert.equal(process?.exe, expected);
		assert.equal(exeName(process), expected.replace(/^.*\/| .*$/g, ''));
	});

test('a process that has ended is known until its id is used again; one never told of has no names', () => {
	assert.equal(told().get(7)?.comm, 'first');
	assert.deepEqual(told().get(8), { pid: 8, started: 0n, comm: null, exe: null });
	assert.equal(told().get(0), null);
});

/** More than are remembered. */
const MANY = 40_000;

test('a process that runs keeps its name while many others come and go, whether it talks or not', () => {
	const processes = told();
	for (let tgid = 1000; tgid < 1000 + MANY; tgid++) {
		processes.seen(process({ tgid, started: 200, comm: 'short', exe: 'short' }), 0);
		processes.ended(exit(0, tgid, 200), 0);
	}
	assert.equal(processes.get(7)?.comm, 'first');
	assert.equal(processes.get(1000 + MANY - 1)?.comm, 'short', 'its sockets may close after it');
	assert.equal(processes.get(1000)?.comm, null, 'there is room for so many only');
});

test('where no ends are told those stay that talk', () => {
	const processes = told();
	for (let tgid = 1000; tgid < 1000 + MANY; tgid++) {
		processes.seen(process({ tgid, started: 200, comm: 'short', exe: 'short' }), 0);
		if (tgid % 1000 === 0) assert.equal(processes.get(7)?.comm, 'first');
	}
	assert.equal(processes.get(7)?.comm, 'first');
});

test('a process with the id of one that has ended is no ended one', () => {
	const processes = told();
	processes.ended(exit(0, 7, 99), 0);
	processes.ended(exit(0, 7, 100), 0);
	processes.seen(process({ tgid: 7, started: 200, comm: 'second', exe: 'second' }), 0);
	for (let tgid = 1000; tgid < 1000 + MANY; tgid++) {
		processes.seen(process({ tgid, started: 200, comm: 'short', exe: 'short' }), 0);
		processes.ended(exit(0, tgid, 200), 0);
	}
	assert.equal(processes.get(7)?.comm, 'second');
});
