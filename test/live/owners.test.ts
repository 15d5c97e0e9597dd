import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
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
	const tool = claudeinsight(['-e', query]);
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

test('a curl of a few milliseconds has pid, comm and exe', async (t) => {
	const nginx = await startNginx();
	t.after(() => nginx.stop());
	const pids: number[] = [];
	const query = `watch http where remote_port == ${nginx.port} | head 10 | select side, pid, comm, exe, exe_name`;
	const rows = await rowsOf(query, async () => {
		for (let n = 0; n < 10; n++) {
			const curl = start('curl', ['-s', '-o', '/dev/null', `http://127.0.0.1:${nginx.port}/api/short`]);
			pids.push(curl.pid);
			await curl.finished;
		}
	});
	const path = realpathSync(execFileSync('which', ['curl']).toString().trim());
	// The kernel tells the name; the path is /proc's, where the process may be gone.
	for (const { exe } of rows) assert.ok(exe === path || exe === 'curl', `${exe}`);
	assert.deepEqual(
		rows.map(({ exe, ...row }) => row),
		pids.map((pid) => ({ side: 'client', pid, comm: 'curl', exe_name: 'curl' })),
	);
});
