import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { curlMany, get } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines, type Running, start } from '../support/tool.ts';

/* Whose is a socket that was opened before the capture, or that more than one process has had? */

const EXE_OF_PYTHON = execFileSync('python3', ['-c', 'import os; print(os.readlink("/proc/self/exe"))'])
	.toString()
	.trim();

/** A server of owners.py, and a client that keeps one connection to it. */
async function serve(t: TestContext, scenario: string) {
	const server = start('python3', [join(import.meta.dirname, 'owners.py'), scenario], {
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	t.after(async () => {
		agent.destroy();
		server.child.kill();
		await server.finished;
	});
	await server.saw(/port.*\n/);
	const { port } = said(server);
	return { server, port, get: (path: string) => get(port, path, { agent }) };
}

const said = (server: Running): Record<string, number> => Object.assign({}, ...jsonLines(server.stdout));

/** The rows of a query that captures while `talk` runs. */
async function rowsOf(query: string, talk: () => Promise<unknown> = async () => {}) {
	// In an emulated machine a hundred programs take longer than a tool may by default.
	const tool = claudeinsight(['-e', query], { limitMs: 300_000 });
	await tool.saw(/capturing/);
	await talk();
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 0, stderr);
	return jsonLines(stdout);
}

const CONNS = 'select state, side, pid, comm, exe, protocol, age, bytes_sent, bytes_received, close_reason';

test("conns: a socket that only a child holds is the child's, with role, state and bytes of before", async (t) => {
	const { port, server, get } = await serve(t, 'inherit');
	assert.equal(await get('/before'), 200);
	await server.saw(/child.*\n/);
	const [row, ...others] = await rowsOf(`conns where local_port == ${port} | ${CONNS}`);
	assert.deepEqual(others, []);
	assert.ok(Number(row.bytes_received) > 60, `${row.bytes_received}`);
	assert.deepEqual(row, {
		...{ state: 'ESTABLISHED', side: 'server', pid: said(server).child, comm: 'python3', exe: EXE_OF_PYTHON },
		...{ protocol: null, age: null, bytes_sent: 40, bytes_received: row.bytes_received, close_reason: null },
	});
});

test('both ends of a connection that is older than the capture know their roles', async (t) => {
	const { port, get } = await serve(t, 'inherit');
	await get('/before');
	const rows = await rowsOf(
		`conns where local_port == ${port} or remote_port == ${port} | select side, local_port, pid`,
	);
	assert.deepEqual(rows.map(({ side, local_port }) => [side, local_port === port]).sort(), [
		['client', false],
		['server', true],
	]);
	assert.equal(rows.find(({ side }) => side === 'client')?.pid, process.pid);
});

test('a fork server: its child answers, though the parent has the socket as well', async (t) => {
	const { port, server, get } = await serve(t, 'fork');
	await get('/before');
	await server.saw(/child.*\n/);
	const query = `watch http where local_port == ${port} | head 2 | select path, side, pid, comm, exe`;
	const rows = await rowsOf(query, async () => {
		await get('/one');
		await get('/two');
	});
	const owner = { side: 'server', pid: said(server).child, comm: 'python3', exe: EXE_OF_PYTHON };
	assert.deepEqual(rows, [
		{ path: '/one', ...owner },
		{ path: '/two', ...owner },
	]);
});

test('a socket that is passed on belongs to who answers', async (t) => {
	const { port, server, get } = await serve(t, 'passed');
	const rows = await rowsOf(`watch http where local_port == ${port} | head 2 | select path, pid, comm`, async () => {
		await get('/first');
		await server.saw(/other.*\n/);
		await get('/second');
	});
	const { pid, other } = said(server);
	assert.notEqual(pid, other);
	assert.deepEqual(rows, [
		{ path: '/first', pid, comm: 'python3' },
		{ path: '/second', pid: other, comm: 'python3' },
	]);
});

test('in the middle of an answer: parsing begins with the next request', async (t) => {
	const { port, server } = await serve(t, 'half');
	const client = connect(port, '127.0.0.1');
	t.after(() => client.destroy());
	client.write('GET /before HTTP/1.1\r\nHost: a\r\n\r\n');
	await server.saw(/half.*\n/);
	const seen = async (text: string) => {
		for (let all = ''; !all.includes(text); ) all += String((await once(client, 'data'))[0]);
	};
	const rows = await rowsOf(`watch http where local_port == ${port} | head 1 | select path, status`, async () => {
		server.child.stdin?.write('go\n');
		await seen('next');
		client.write('GET /after HTTP/1.1\r\nHost: a\r\n\r\n');
	});
	assert.deepEqual(rows, [{ path: '/after', status: 200 }]);
});

test('pre-forked workers of nginx: each row names the one that answered', async (t) => {
	const nginx = await startNginx({ workers: 2 });
	t.after(() => nginx.stop());
	const fields = 'pid, comm, exe, worker = resp.headers["X-Worker"]';
	const rows = await rowsOf(`watch http where local_port == ${nginx.port} | head 32 | select ${fields}`, () =>
		curlMany(nginx.port, '/api/worker', 32, 16),
	);
	const exe = realpathSync(execFileSync('which', ['nginx']).toString().trim());
	const master = Number(readFileSync(join(nginx.root, 'nginx.pid'), 'utf8'));
	for (const { worker, ...owner } of rows) {
		assert.deepEqual(owner, { pid: Number(worker), comm: 'nginx', exe });
		assert.notEqual(owner.pid, master);
	}
	assert.equal(rows.length, 32);
});

/** A client of its own process each: what it is started by, and what /proc would call its executable. */
interface Short {
	readonly command: readonly string[];
	readonly exe: string;
	/** Absent: kernels differ. */
	readonly comm?: string;
}

/** Runs them one after the other; each is gone when the next starts. Asserts what the rows of the client's end say. */
async function shortLived(t: TestContext, make: (url: string) => readonly Short[]): Promise<void> {
	const nginx = await startNginx();
	t.after(() => nginx.stop());
	const all = make(`http://127.0.0.1:${nginx.port}/api/short`);
	const pids: number[] = [];
	const fields = 'side, pid, comm, exe';
	const query = `watch http where remote_port == ${nginx.port} | head ${all.length} | select ${fields}`;
	const rows = await rowsOf(query, async () => {
		for (const {
			command: [program = '', ...args],
		} of all) {
			const client = start(program, args);
			pids.push(client.pid);
			await client.finished;
		}
	});
	assert.deepEqual(
		rows,
		all.map(({ exe, comm }, at) => ({ side: 'client', pid: pids[at], comm: comm ?? rows[at]?.comm, exe })),
	);
}

const pathOf = (program: string): string => realpathSync(execFileSync('which', [program]).toString().trim());

test('a hundred curls of a few milliseconds have pid, comm and the path of curl', (t) =>
	shortLived(t, (url) =>
		Array.from({ length: 100 }, () => ({
			command: ['curl', '-s', '-o', '/dev/null', url],
			exe: pathOf('curl'),
			comm: 'curl',
		})),
	));

/** One GET; its process ends with it. */
const GET_IN_PYTHON =
	"import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.sendall(b'GET /api/short HTTP/1.0\\r\\n\\r\\n'); s.makefile().read()";

/** Runs itself again from a file without a path. */
const FROM_MEMORY =
	"import os, sys; fd = os.memfd_create('ghost'); os.write(fd, open(sys.argv[1], 'rb').read()); os.execve(fd, ['ghost', *sys.argv[2:]], os.environ)";

test('through a symlink, as a script, from a deeper mount, deleted, from memory: the executable that ran', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-exe-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const within = (name: string) => join(folder, name);
	const curl = pathOf('curl');
	symlinkSync(curl, within('link'));
	copyFileSync(pathOf('bash'), within('gone'));
	writeFileSync(within('script'), `#!${EXE_OF_PYTHON}\n${GET_IN_PYTHON}\n`, { mode: 0o755 });
	const mounted =
		'mkdir "$0/mnt" && mount -t tmpfs none "$0/mnt" && cp "$1" "$0/mnt/copy" && exec "$0/mnt/copy" -s -o /dev/null "$2"';
	const deletes = 'rm "$0"; exec 3<>/dev/tcp/127.0.0.1/$1; printf "GET /api/short HTTP/1.0\\r\\n\\r\\n" >&3; read <&3';
	const quiet = ['-s', '-o', '/dev/null'];
	return shortLived(t, (url) => [
		{ command: [within('link'), ...quiet, url], exe: curl, comm: 'link' },
		{ command: [within('script'), new URL(url).port], exe: EXE_OF_PYTHON, comm: 'script' },
		{ command: ['unshare', '-m', 'sh', '-c', mounted, folder, curl, url], exe: within('mnt/copy'), comm: 'copy' },
		{ command: ['python3', '-c', FROM_MEMORY, curl, ...quiet, url], exe: '/memfd:ghost (deleted)' },
		{
			command: [within('gone'), '-c', deletes, within('gone'), new URL(url).port],
			exe: `${within('gone')} (deleted)`,
			comm: 'gone',
		},
	]);
});

test('of a path that has no room its last name is told, wherever in it the room ends', (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-exe-'));
	t.after(() => rmSync(folder, { recursive: true }));
	/** Names of the largest length fill a quarter of the room each: NAME_BYTES and NAMES_BYTES of bpf/exe-path.bpf.h. */
	const curlAt = (...lengths: readonly number[]): string => {
		const names = lengths.map((length, at) => String(at).repeat(length));
		mkdirSync(join(folder, ...names.slice(0, -1)), { recursive: true });
		copyFileSync(pathOf('curl'), join(folder, ...names));
		return join(folder, ...names);
	};
	const room = 768 - join(realpathSync(folder), 'x').length;
	const [whole, full, longer] = [curlAt(255, 255, room - 512), curlAt(255, 255, 255, 255), curlAt(255, 255, 255, 254)];
	return shortLived(t, (url) =>
		[
			{ path: whole, exe: whole, comm: '2' },
			{ path: full, exe: '3'.repeat(63), comm: '3' },
			{ path: longer, exe: '3'.repeat(63), comm: '3' },
		].map(({ path, exe, comm }) => ({ command: [path, '-s', '-o', '/dev/null', url], exe, comm: comm.repeat(15) })),
	);
});

test('a pid that is used again: what each of the two programs has asked for is its own', async (t) => {
	const nginx = await startNginx();
	t.after(() => nginx.stop());
	const url = (path: string) => `http://127.0.0.1:${nginx.port}/api/${path}`;
	const inNode = `fetch('${url('second')}').then((answer) => answer.text()).then(() => fetch('${url('third')}'))`;
	const commands = [
		['curl', '-s', '-o', '/dev/null', url('first')],
		[process.execPath, '-e', inNode],
	];
	let pid = 0;
	const fields = 'path, pid, comm, exe';
	const query = `watch http where remote_port == ${nginx.port} | head 3 | select ${fields}`;
	const rows = await rowsOf(query, async () => {
		const reuse = start('python3', [join(import.meta.dirname, 'owners.py'), 'reuse', JSON.stringify(commands)]);
		const { status, stdout, stderr } = await reuse.finished;
		assert.equal(status, 0, stderr);
		pid = Number(jsonLines(stdout)[0].pid);
	});
	const node = { pid, comm: 'node', exe: realpathSync(process.execPath) };
	assert.deepEqual(rows, [
		{ path: '/api/first', pid, comm: 'curl', exe: pathOf('curl') },
		{ path: '/api/second', ...node },
		{ path: '/api/third', ...node },
	]);
});
