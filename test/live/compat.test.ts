import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MODE } from '../support/capture-mode.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'ciq-compat-'));
const client = join(folder, 'compat-client');
const source = join(import.meta.dirname, 'compat.c');
const server = createServer((_, response) => response.end('ok'));

/** Why this machine cannot run the client; null: it can. */
function refusal(): string | null {
	if (process.arch !== 'x64') return `32-bit programs of ${process.arch} are other ones`;
	execFileSync('clang', [
		'-m32',
		'-O1',
		'-ffreestanding',
		'-fno-stack-protector',
		'-nostdlib',
		'-static',
		'-o',
		client,
		source,
	]);
	return spawnSync(client, ['1']).error === undefined ? null : 'this kernel runs no 32-bit programs';
}

const lack = refusal();
before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => {
	server.closeAllConnections();
	server.close();
	rmSync(folder, { recursive: true });
});

test('a 32-bit program is seen at the sockets, and counted at system calls', lack ? { skip: lack } : {}, async () => {
	const { port } = server.address() as AddressInfo;
	const query = `watch http where local_port == ${port} or remote_port == ${port} | select side, comm, path, status, outcome`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	const program = await start(client, [String(port)]).finished;
	const [sent = 0, received = 0] = program.stdout.split(' ').map(Number);
	assert.ok(program.status === 0 && sent > 0 && received > 0, program.stderr);
	tool.child.kill('SIGINT');
	const { stdout, stderr } = await tool.finished;
	const rows = jsonLines(stdout);
	const answered = { path: '/by-32-bits', status: 200, outcome: 'ok' };
	const ofServer = { side: 'server', comm: 'node', ...answered };
	assert.deepEqual(
		rows.filter(({ side }) => side === 'server'),
		[ofServer],
	);
	if (MODE === 'socket') {
		assert.deepEqual(
			rows.filter(({ side }) => side === 'client'),
			[{ ...ofServer, side: 'client', comm: 'compat-client' }],
		);
		assert.match(stderr, /nothing lost/);
	} else {
		assert.equal(rows.length, 1);
		assert.ok(stderr.includes(`1 connection (${sent + received}B) past the system calls`), stderr);
	}
});
