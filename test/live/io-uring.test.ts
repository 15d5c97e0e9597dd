import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MODE } from '../support/capture-mode.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

const DISABLED = '/proc/sys/kernel/io_uring_disabled';
const isOff = existsSync(DISABLED) && readFileSync(DISABLED, 'utf8').trim() !== '0';
const NEEDED = isOff ? { skip: 'this kernel lets nobody use io_uring' } : {};

test(
	'a program that sends and receives by io_uring is seen at the sockets, and not at system calls',
	NEEDED,
	async (t) => {
		const folder = mkdtempSync(join(tmpdir(), 'ciq-ring-'));
		t.after(() => rmSync(folder, { recursive: true }));
		const client = join(folder, 'ring-client');
		execFileSync('clang', ['-O1', '-o', client, join(import.meta.dirname, 'ring.c')]);
		const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
		t.after(() => server.close());
		await once(server, 'listening');
		const { port } = server.address() as AddressInfo;

		const here = `local_port == ${port} or remote_port == ${port}`;
		const tool = claudeinsight(['-e', `watch http where ${here} | select side, comm, path, status, outcome`]);
		await tool.saw(/capturing/);
		const { status, stderr } = await start(client, [String(port)]).finished;
		assert.equal(status, 0, stderr);
		tool.child.kill('SIGINT');
		const { stdout } = await tool.finished;
		const answered = { path: '/by-ring', status: 200, outcome: 'ok' };
		const rows = jsonLines(stdout);
		assert.deepEqual(
			rows.filter(({ side }) => side === 'client'),
			MODE === 'socket' ? [{ side: 'client', comm: 'ring-client', ...answered }] : [],
		);
		assert.equal(rows.filter(({ side, path }) => side === 'server' && path === '/by-ring').length, 1);
	},
);
