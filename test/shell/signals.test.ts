import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAUNCHER, ROOT, start } from '../support/tool.ts';
import { MAIN } from './program.ts';

const SIGNALS = join(import.meta.dirname, '../../engine/shell/signals.ts');

const isOpen = (pid: number, fd: string, path: string): boolean => {
	try {
		return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
	} catch {
		return false;
	}
};

/** A program that tells what it was asked, and never ends by itself. */
const STUBBORN = `
	const { onSignals } = await import(${JSON.stringify(SIGNALS)});
	onSignals((status) => console.log('asked', status));
	setInterval(() => {}, 1000);
	console.log('ready');
`;

for (const [signal, status] of [
	['SIGINT', 130],
	['SIGTERM', 143],
	['SIGHUP', 129],
] as const) {
	test(`the first ${signal} asks, the second one does not wait`, async () => {
		const child = spawn(process.execPath, ['--input-type=module', '-e', STUBBORN], {
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		const lines: string[] = [];
		for await (const text of child.stdout.setEncoding('utf8')) {
			lines.push(...String(text).trim().split('\n'));
			if (['ready', `asked ${status}`].includes(lines.at(-1) ?? '')) child.kill(signal);
		}
		if (child.exitCode === null) await once(child, 'exit');
		assert.deepEqual(lines, ['ready', `asked ${status}`]);
		assert.equal(child.exitCode, status);
	});
}

for (const [name, ignored] of [
	['nohup(1) keeps a query', true],
	['a query ends with its terminal', false],
] as const)
	test(`SIGHUP: ${name}`, async (t) => {
		const folder = mkdtempSync(join(tmpdir(), 'ciq-signals-'));
		t.after(() => rmSync(folder, { recursive: true }));
		const fifo = join(folder, 'fifo');
		spawnSync('mkfifo', [fifo]);
		const holder = openSync(fifo, 'r+');
		t.after(() => closeSync(holder));
		const script = `${ignored ? "trap '' HUP; " : ''}exec "$@"`;
		const tool = start('sh', ['-c', script, 'sh', LAUNCHER, '-e', 'watch http', '--from', fifo]);
		// It has the pipe open, and its handlers stand.
		while (!readdirSync(`/proc/${tool.pid}/fd`).some((fd) => isOpen(tool.pid, fd, fifo))) await sleep(50);
		await sleep(200);
		tool.child.kill('SIGHUP');
		await sleep(300);
		tool.child.kill('SIGINT');
		assert.equal((await tool.finished).status, ignored ? 130 : 129);
	});

/** Runs a command in a terminal that is closed when something was printed; prints the command's exit status. */
const CLOSE_TERMINAL = `
import os, pty, signal, sys
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
pid, terminal = pty.fork()
if pid == 0: os.execv(sys.argv[2], sys.argv[2:])
os.read(terminal, 1)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;

for (const hup of ['SIG_IGN', 'SIG_DFL'])
	test(`a terminal that is closed is no failure, SIGHUP or not: ${hup}`, () => {
		const query = [LAUNCHER, '-e', 'watch http', '--from', join(ROOT, 'examples/shop.ciqrec')];
		const { stdout } = spawnSync('python3', ['-c', CLOSE_TERMINAL, hup, ...query], {
			encoding: 'utf8',
			timeout: 20_000,
			env: { ...process.env, TERM: 'xterm' },
		});
		assert.equal(stdout, '129\n');
	});

/** Throws as soon as the program would notice. */
const BUG = `data:text/javascript,const { on } = process;
	process.on = function (name, listener) {
		if (name === 'unhandledRejection') queueMicrotask(() => { throw new Error('boom\\u001b[2J') });
		return on.call(this, name, listener);
	}`;

test('a bug is one line that asks for a report, its stack only for who asks', () => {
	const crash = (env: NodeJS.ProcessEnv) =>
		spawnSync(process.execPath, ['--import', encodeURI(BUG), MAIN, '-e', 'watch http', '--from', '/dev/null'], {
			encoding: 'utf8',
			env: { ...process.env, ...env },
		});
	const end = crash({ CIQ_DEBUG: '' });
	assert.equal(end.status, 1);
	assert.equal(
		end.stderr,
		'claudeinsight: a bug in claudeinsight, please report it: boom\\x1b[2J (CIQ_DEBUG=1 shows where)\n',
	);
	const { stderr } = crash({ CIQ_DEBUG: '1' });
	assert.match(stderr, /\n\s+at .*data:text/);
	assert.ok(!stderr.includes('\x1b'));
});
