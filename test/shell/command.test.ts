import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startHalted } from '../../engine/shell/command.ts';

const root = { skip: process.getuid?.() !== 0 && 'needs root' };

let folder: string;
let out: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-command-'));
	out = join(folder, 'out');
});
after(() => rmSync(folder, { recursive: true }));

const read = (): string => readFileSync(out, 'utf8');
/** What has ended and waits for init to take note of it is not alive. */
const isAlive = (pid: number): boolean => {
	try {
		return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	} catch {
		return false;
	}
};

/** What was killed is gone a moment later. */
async function ends(pid: number): Promise<void> {
	const deadline = Date.now() + 5000;
	while (isAlive(pid) && Date.now() < deadline) await sleep(10);
	assert.ok(!isAlive(pid));
}

test('it runs when it is released, as the process whose id was told, with its arguments untouched', async () => {
	writeFileSync(out, '');
	const command = startHalted(['sh', '-c', 'echo $$ "$@" > "$0"', out, 'a b', '', '*', "'"]);
	await sleep(100);
	assert.equal(read(), '', 'halted');
	command.release();
	assert.equal(await command.ended, null);
	assert.equal(read(), `${command.pid} a b  * '\n`);
	await command.stop();
});

test('it does not see the gate', async () => {
	const command = startHalted(['sh', '-c', 'ls -l /proc/self/fd/3 > "$0" 2>&1; true', out]);
	command.release();
	await command.ended;
	assert.doesNotMatch(read(), /socket:/);
});

test('it does not see what the launcher tells claudeinsight', async () => {
	const told = ['CIQ_LAUNCHER', 'CIQ_NOHUP'];
	const before = told.map((name) => [name, process.env[name]] as const);
	for (const name of told) process.env[name] = '1';
	try {
		const command = startHalted(['sh', '-c', 'env > "$0"', out]);
		command.release();
		await command.ended;
	} finally {
		for (const [name, value] of before)
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
	}
	assert.match(read(), /^PATH=/m);
	assert.doesNotMatch(read(), /^CIQ_(LAUNCHER|NOHUP)=/m);
});

test('how it ended, in words and as shells have it', async () => {
	const failing = startHalted(['sh', '-c', 'exit 3']);
	failing.release();
	assert.deepEqual(await failing.ended, { how: 'exited with status 3', status: 3 });
	const killed = startHalted(['sh', '-c', 'kill -TERM $$']);
	killed.release();
	assert.deepEqual(await killed.ended, { how: 'was ended by SIGTERM', status: 143 });
});

test('stopping ends what it started too, also what does not listen', async () => {
	const script = 'sleep 100 & (trap "" TERM; sleep 100 & echo $!; wait) > "$0" & wait';
	const command = startHalted(['sh', '-c', script, out]);
	writeFileSync(out, '');
	command.release();
	while (read() === '') await sleep(20);
	const stubborn = Number(read());
	assert.ok(isAlive(stubborn));
	await command.stop();
	assert.ok(!isAlive(stubborn));
});

test('a command that is never released never runs', async () => {
	rmSync(out, { force: true });
	const command = startHalted(['sh', '-c', 'echo ran > "$0"', out]);
	await command.stop();
	await command.ended;
	assert.throws(read, /ENOENT/);
});

test('it does not outlive claudeinsight, however that ends', async () => {
	const source = join(import.meta.dirname, '../../engine/shell/command.ts');
	const script = `
		const { startHalted } = await import(${JSON.stringify(source)});
		const command = startHalted(['sleep', '100']);
		command.release();
		console.log(command.pid);
		process.exit(1);
	`;
	const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
	assert.match(stdout, /^\d+\n$/);
	await ends(Number(stdout));
});

test('it does not outlive claudeinsight that is ended by SIGQUIT, as by Ctrl-\\', async () => {
	const script = `
		import { startHalted } from ${JSON.stringify(import.meta.resolve('../../engine/shell/command.ts'))};
		const command = startHalted(['sleep', '100']);
		command.release();
		console.log(command.pid);
		process.kill(process.pid, 'SIGQUIT');
		setTimeout(() => process.exit(), 10_000);
	`;
	const { stdout, signal } = spawnSync(
		'sh',
		['-c', 'ulimit -c 0; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', script],
		{ encoding: 'utf8' },
	);
	assert.equal(signal, 'SIGQUIT');
	await ends(Number(stdout));
});

test('what is no command is said before anything is started', () => {
	for (const argv of [['no-such-command'], ['/no/such/command'], [tmpdir()]]) {
		assert.throws(() => startHalted(argv), {
			message: `cannot run '${argv[0]}': no such command, or not executable`,
			status: 2,
		});
	}
});

test('under sudo it runs as who called it, with that HOME', root, async () => {
	const { SUDO_UID, SUDO_GID } = process.env;
	Object.assign(process.env, { SUDO_UID: '65534', SUDO_GID: '65534' });
	try {
		const asked = startHalted(['sh', '-c', 'test "$(id -u) $(id -G) $USER" = "65534 65534 nobody"']);
		asked.release();
		assert.equal(await asked.ended, null);
	} finally {
		if (SUDO_UID === undefined) delete process.env.SUDO_UID;
		else process.env.SUDO_UID = SUDO_UID;
		if (SUDO_GID === undefined) delete process.env.SUDO_GID;
		else process.env.SUDO_GID = SUDO_GID;
	}
});
