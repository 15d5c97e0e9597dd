import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { curlMany } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines, LAUNCHER, ROOT, type Running, start } from '../support/tool.ts';

/* The same query through every door of the shell. */

let nginx: Nginx;
let folder: string;
before(async () => {
	nginx = await startNginx();
	folder = mkdtempSync(join(tmpdir(), 'ciq-forms-'));
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

const query = () => `watch http where local_port == ${nginx.port} | head 5 | stat count() by path`;
const expected = [{ path: '/api/fast', count: 5 }];

async function answers(tool: Running): Promise<void> {
	await tool.saw(/capturing/);
	await curlMany(nginx.port, '/api/fast', 5, 1);
	const end = await tool.finished;
	assert.equal(end.status, 0, end.stderr);
	assert.deepEqual(jsonLines(end.stdout), expected);
}

test('-e', () => answers(claudeinsight(['-e', query()])));

test('a script, by its first line too', async () => {
	const script = join(folder, 'five.ciq');
	writeFileSync(script, `#!${LAUNCHER}\n# the first five\n${query()}\n`);
	chmodSync(script, 0o755);
	await answers(claudeinsight([script]));
	await answers(start(script, []));
});

test('standard input', async () => {
	const tool = claudeinsight([], { stdio: ['pipe', 'pipe', 'pipe'] });
	tool.child.stdin?.end(query());
	await answers(tool);
});

const sizeOf = (events: unknown): number =>
	(events as readonly { readonly size: number }[]).reduce((sum, { size }) => sum + size, 0);

test('the classic form', async () => {
	const args = ['watch', 'http', '--local-ports', String(nginx.port), '--path', '/api/fast', '--max-records', '5'];
	const tool = claudeinsight([...args, '--json-output=stdout']);
	await tool.saw(/capturing/);
	await curlMany(nginx.port, '/api/fast', 8, 1);
	const end = await tool.finished;
	assert.equal(end.status, 0, end.stderr);
	const rows = jsonLines(end.stdout);
	assert.equal(rows.length, 5);
	assert.equal(rows[0].protocol, 'HTTP');
	assert.equal(rows[0].local_port, nginx.port);
	for (const name of ['read_socket_duration_ms', 'copy_to_socket_buffer_duration_ms', 'black_box_duration_ms'])
		assert.ok(Number(rows[0][name]) > 0, name);
	for (const name of ['req_syscall_events', 'resp_syscall_events', 'req_nic_events', 'resp_nic_events'])
		assert.deepEqual(
			sizeOf(rows[0][name]),
			rows[0][name.startsWith('req') ? 'req_size_bytes' : 'resp_size_bytes'],
			name,
		);
	assert.match(String(rows[0].request), /^GET \/api\/fast\?1 HTTP\/1\.1\r\n/);
	assert.match(String(rows[0].response), /^HTTP\/1\.1 200 OK\r\n[\s\S]*fast \/api\/fast\?1\n$/);
});

test('overview: what the machine depends on, with the services behind them', async () => {
	const tool = claudeinsight(['overview', '--remote-ports', `${nginx.port},${nginx.backendPort}`, '--time', '3']);
	await tool.saw(/capturing/);
	const began = performance.now();
	await curlMany(nginx.port, '/api/wait/200', 3, 1);
	const took = performance.now() - began;
	const end = await tool.finished;
	assert.equal(end.status, 0, end.stderr);
	const rows = jsonLines(end.stdout);
	assert.deepEqual(
		rows.map(({ protocol, remote_port, count, errors }) => ({ protocol, remote_port, count, errors })).sort(byPort),
		[nginx.port, nginx.backendPort]
			.map((remote_port) => ({ protocol: 'http', remote_port, count: 3, errors: 0 }))
			.sort(byPort),
	);
	for (const { remote_port, p50_latency, processes } of rows) {
		assert.ok(Number(p50_latency) >= 199 && Number(p50_latency) < took, `${p50_latency} ms`);
		const comm = remote_port === nginx.port ? 'curl' : 'nginx';
		assert.deepEqual(processes, [{ value: comm, count: 3 }]);
	}
});

const byPort = (a: { remote_port?: unknown }, b: { remote_port?: unknown }) =>
	Number(a.remote_port) - Number(b.remote_port);

test('the shell in a real terminal: a query, Ctrl-C, another query', async () => {
	// `script` gives the tool a terminal; what is typed goes through a pipe into it.
	const command = `${LAUNCHER} --local-ports ${nginx.port}`;
	const tool = start('script', ['-qefc', command, '/dev/null'], {
		stdio: ['pipe', 'pipe', 'pipe'],
		cwd: ROOT,
		env: { ...process.env, TERM: 'xterm', HOME: folder, XDG_STATE_HOME: folder, NO_COLOR: '1' },
	});
	const type = (text: string) => tool.child.stdin?.write(text);
	await tool.saw(/ciq>/);
	type('watch http | stat by path slow\r');
	await tool.saw(/capturing/);
	await curlMany(nginx.port, '/api/fast', 7, 1);
	await tool.saw(/\/api\/fast[^\n]* 7 /);
	type('\x03');
	tool.stdout = '';
	await tool.saw(/ciq>/);
	tool.stdout = '';
	type('watch http\r');
	type('');
	await tool.saw(/capturing/);
	await curlMany(nginx.port, '/api/other', 2, 1);
	await tool.saw(/\/api\/other/);
	type('\x03');
	tool.stdout = '';
	await tool.saw(/ciq>/);
	type('.exit\r');
	const end = await tool.finished;
	assert.equal(end.status, 0, end.stdout);
});
