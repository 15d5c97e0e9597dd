import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { get } from '../support/load.ts';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, FLAGS, jsonLines, LAUNCHER, type Running, start } from '../support/tool.ts';

/* The capture runs in a pid namespace that a test makes, as in a container; networks are the machine's. */

const UNSHARE = ['unshare', '--pid', '--fork', '--kill-child', '--mount', '--mount-proc'];

const inside = (command: readonly string[], namespaces = UNSHARE): Running => {
	const [program = '', ...args] = [...namespaces, ...command];
	return start(program, args);
};

/** Prints its number in its own namespace, and in the one that its /proc is of. */
const SAYS = `console.error('PID', process.pid, require('fs').readlinkSync('/proc/self'));`;

/** A server that asks itself three times. */
const TALK = `${SAYS}
const http = require('http');
const server = http.createServer((q, a) => a.end('ok')).listen(0, '127.0.0.1', () => ask(0));
const ask = (n) => n === 3 ? process.exit() : http.get({ port: server.address().port, path: '/' + n }, (a) => a.resume().on('end', () => ask(n + 1)));`;

const SERVE = `${SAYS}
require('http').createServer((q, a) => a.end('ok')).listen(Number(process.argv[1]), '127.0.0.1', () => console.error('up'));`;

/** Asks until it is ended, each time over a new connection. */
const ASK = `${SAYS}
process.title = 'asks';
setInterval(() => require('http').get({ port: Number(process.argv[1]), agent: false }, (a) => a.resume()), 50);`;

const pidsIn = (text: string): number[] => (/^PID (\d+) (\d+)$/m.exec(text) ?? []).slice(1).map(Number);

const QUERY = 'watch http | select side, path, pid';

const bothEnds = (pid: number | undefined) =>
	[0, 1, 2].flatMap((n) => ['client', 'server'].map((side) => ({ side, path: `/${n}`, pid })));

async function isTold(tool: Running, numberOf: (pids: number[]) => number | undefined): Promise<void> {
	const { stdout, stderr } = await tool.finished;
	const rows = jsonLines(stdout).sort((a, b) => `${a.path}${a.side}`.localeCompare(`${b.path}${b.side}`));
	assert.deepEqual(rows, bothEnds(numberOf(pidsIn(stderr))), stderr);
	assert.match(stderr, /6 exchanges, nothing lost/);
}

for (const [name, namespaces] of Object.entries({
	'a pid namespace': UNSHARE,
	'one within another': [...UNSHARE, ...UNSHARE],
})) {
	test(`the command behind -- is captured, with its own pid: in ${name}`, async () => {
		const command = [LAUNCHER, ...FLAGS, '-e', QUERY, '--', process.execPath, '-e', TALK];
		await isTold(inside(command, namespaces), ([own]) => own);
	});
}

test('a command in a namespace below has the pid that it has where the capture runs', async () => {
	const command = ['unshare', '--pid', '--fork', process.execPath, '-e', TALK];
	const tool = inside([LAUNCHER, ...FLAGS, '-e', QUERY, '--', ...command]);
	await isTold(tool, ([own, above]) => (own === 1 && above !== own ? above : undefined));
});

test('seen from the machine a command in a namespace has the number of the machine', async () => {
	const command = ['unshare', '--pid', '--fork', process.execPath, '-e', TALK];
	await isTold(claudeinsight(['-e', QUERY, '--', ...command]), ([own, above]) => (own === 1 ? above : undefined));
});

/** A program and, beside it in the same namespace, a capture, in whose query $pid is that of the program. */
const beside = (code: string, port: number, query: string, flags: readonly string[] = []): Running => {
	const script = `"$0" -e "$1" "$2" & pid=$!; shift 2; "$@" -e "${query}"; kill $pid; wait`;
	return inside(['sh', '-c', script, process.execPath, code, String(port), LAUNCHER, ...FLAGS, ...flags]);
};

test('a pid in a query is one of the namespace', async () => {
	const port = await freePort();
	const tool = beside(SERVE, port, 'watch http where pid == $pid | head 2 | select side, pid');
	await Promise.all([tool.saw(/up/), tool.saw(/capturing/)]);
	await get(port, '/');
	await get(port, '/');
	const { stdout, stderr } = await tool.finished;
	const [pid] = pidsIn(stderr);
	assert.ok(pid);
	assert.deepEqual(jsonLines(stdout), Array(2).fill({ side: 'server', pid }), stderr);
});

async function serverOf(t: TestContext, port: number): Promise<number> {
	const server = start(process.execPath, ['-e', `process.title = 'serves'; ${SERVE}`, String(port)]);
	t.after(async () => {
		server.child.kill('SIGTERM');
		await server.finished;
	});
	await server.saw(/up/);
	return server.pid;
}

test('a process outside of the namespace has a name and no pid, live and again from the recording', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-pid-namespace-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const recording = join(folder, 'beside.ciqrec');
	const port = await freePort();
	await serverOf(t, port);
	const query = `watch http where server_port == ${port} | head 12`;
	const { stdout, stderr } = await beside(ASK, port, query, ['--record', recording]).finished;
	const [pid] = pidsIn(stderr);
	const rows = jsonLines(stdout);
	const seen = new Set(rows.map((row) => [row.side, row.pid, row.comm, row.remote_comm].join(' ')));
	assert.deepEqual([...seen].sort(), [`client ${pid} asks serves`, 'server  serves asks'], stderr);
	assert.equal((await claudeinsight(['-e', query, '--from', recording]).finished).stdout, stdout);

	const log = join(folder, 'beside.ndjson');
	writeFileSync(log, stdout);
	const again = await claudeinsight(['-e', 'watch http | select side, pid, comm, remote_comm', '--from', log]).finished;
	assert.deepEqual(
		new Set(jsonLines(again.stdout).map((row) => [row.side, row.pid, row.comm, row.remote_comm].join(' '))),
		seen,
	);
	const packets = join(folder, 'beside.pcapng');
	const exported = `watch http where side == "server" | to pcapng "${packets}"`;
	const { status } = await claudeinsight(['-e', exported, '--from', recording]).finished;
	assert.equal(status, 0);
	const comments = readFileSync(packets, 'latin1').match(/seen at the [\w :,]+/g) ?? [];
	assert.deepEqual([...new Set(comments)], ['seen at the server: serves']);
});

test('the table of connections has no pid of a process outside of the namespace', async (t) => {
	const port = await freePort();
	await serverOf(t, port);
	const query = `conns --follow where server_port == ${port} | where event == 'close' | head 12 | select side, pid, comm`;
	const { stdout, stderr } = await beside(ASK, port, query).finished;
	const [pid] = pidsIn(stderr);
	const seen = new Set(jsonLines(stdout).map((row) => `${row.side} ${row.pid} ${row.comm}`));
	assert.deepEqual([...seen].sort(), [`client ${pid} asks`, 'server null serves'], stderr);
});
