import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MODE } from '../support/capture-mode.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

const DISABLED = '/proc/sys/kernel/io_uring_disabled';
const isOff = existsSync(DISABLED) && readFileSync(DISABLED, 'utf8').trim() !== '0';
const NEEDED = isOff ? { skip: 'this kernel lets nobody use io_uring' } : {};

const folder = mkdtempSync(join(tmpdir(), 'ciq-ring-'));
const client = join(folder, 'ring-client');
const server = createServer((_, response) => response.end('ok'));
before(async () => {
	execFileSync('clang', ['-O1', '-o', client, join(import.meta.dirname, 'ring.c')]);
	await once(server.listen(0, '127.0.0.1'), 'listening');
});
after(() => {
	server.closeAllConnections();
	server.close();
	rmSync(folder, { recursive: true });
});

/** What ring.c moves by io_uring, by its ways, of what it says it has sent and received. */
const PAST_SYSTEM_CALLS: Readonly<Record<string, (sent: number, received: number) => number>> = {
	all: (sent, received) => sent + received,
	stay: (sent, received) => sent + received,
	older: (sent, received) => sent + received,
	answer: (_, received) => received,
	request: (sent) => sent,
	armed: (sent, received) => sent + received,
};

/** Those that close their connections only after the capture. */
const STAY = new Set(['stay', 'older']);

/** Scopes that the client is in: by what the socket has, and by what its process has. */
const scopes = (port: number): readonly string[] => [
	`local_port == ${port} or remote_port == ${port}`,
	`comm == "ring-client" and remote_port == ${port}`,
];

for (const [way, past] of Object.entries(PAST_SYSTEM_CALLS))
	for (const index of [0, 1])
		test(
			`what io_uring moves is seen at the sockets, and counted at system calls: ${way}, scope ${index}`,
			NEEDED,
			async () => {
				const { port } = server.address() as AddressInfo;
				const fields = 'side, comm, path, status, outcome';
				const begin = () => start(client, [String(port), way], { stdio: ['pipe', 'pipe', 'pipe'] });
				const older = way === 'older' ? begin() : null;
				await older?.saw(/connected/);
				const tool = claudeinsight(['-e', `watch http where ${scopes(port)[index]} | select ${fields}`]);
				await tool.saw(/capturing/);
				const ring = older ?? begin();
				older?.child.stdin?.write('g');
				await ring.saw(/\d+ \d+\n/);
				const [, sent = 0, received = 0] = ring.stdout.split(/\s/).map(Number);
				if (!STAY.has(way)) assert.equal((await ring.finished).status, 0);
				tool.child.kill('SIGINT');
				const { stdout, stderr } = await tool.finished;
				ring.child.stdin?.end();
				const rows = jsonLines(stdout);
				const ofClient = rows.filter(({ side }) => side === 'client');
				if (MODE === 'socket') {
					const answered = { path: '/by-ring', status: 200, outcome: 'ok' };
					assert.deepEqual(ofClient, [{ side: 'client', comm: 'ring-client', ...answered }]);
					assert.match(stderr, /nothing lost/);
				} else {
					assert.notEqual(ofClient[0]?.outcome, 'ok');
					const words = `1 connection (${past(sent, received)}B) past the system calls`;
					assert.ok(stderr.includes(words) && stderr.includes('--capture-mode=socket'), `${words}: ${stderr}`);
				}
				const ofServer = rows.filter(({ side, path }) => side === 'server' && path === '/by-ring');
				assert.equal(ofServer.length, index === 0 ? 1 : 0);
			},
		);

/** What programs do with `client` and `peer`, the two ends of a connection; each says `hello` once and for all. */
const SEEN: Readonly<Record<string, string>> = {
	'bytes that are looked at, and never read': 'client.send(b"hello"); peer.recv(9, socket.MSG_PEEK)',
	'bytes that are thrown away unread': 'client.send(b"hello"); peer.recv(9, socket.MSG_TRUNC)',
	'a reset with unread bytes': 'client.send(b"hello"); peer.recv(2); peer.close(); time.sleep(0.05)',
	'a reset without a wait': `client.send(b"hello"); peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\1\\0\\0\\0" * 2)
peer.recv(2); peer.close(); time.sleep(0.05)`,
	'a file as it is': 'client.sendfile(file); peer.recv(9)',
	'bytes to and from a pipe': `os.write(pipe[1], b"hello"); os.splice(pipe[0], client.fileno(), 5)
time.sleep(0.05); os.splice(peer.fileno(), pipe[1], 5)`,
	'an end that is read, and a call that fails': `client.send(b"hello"); client.shutdown(socket.SHUT_WR); peer.recv(9)
peer.recv(9); peer.close(); time.sleep(0.05)
try: client.recv(9); client.send(b"x")
except OSError: pass`,
	'a send that waits for room when the capture ends': `client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 20000)
threading.Thread(target=lambda: client.sendall(bytes(1 << 25)), daemon=True).start(); time.sleep(0.2)`,
	'nothing at all': 'pass',
};

const ENDS = `
import os, socket, sys, tempfile, threading, time
server = socket.create_server(("127.0.0.1", 0)); pipe = os.pipe(); file = tempfile.TemporaryFile()
file.write(b"hello"); file.seek(0)
print(server.getsockname()[1], flush=True); sys.stdin.readline()
client = socket.create_connection(server.getsockname()); peer = server.accept()[0]
`;

for (const [what, deed] of Object.entries(SEEN))
	for (const stays of [false, true])
		test(`nothing is past the hooks: ${what}${stays ? ', of a connection that stays' : ''}`, async (t) => {
			const end = stays ? 'sys.stdin.readline()' : 'os._exit(0)';
			const code = `${ENDS}${deed}\nprint("done", flush=True)\n${end}`;
			const ends = start('python3', ['-c', code], { stdio: ['pipe', 'pipe', 'pipe'] });
			t.after(() => ends.child.kill());
			await ends.saw(/\d+\n/);
			const port = Number.parseInt(ends.stdout, 10);
			const tool = claudeinsight(['-e', `watch http where ${scopes(port)[0]}`]);
			await tool.saw(/capturing/);
			ends.child.stdin?.write('go\n');
			await ends.saw(/done/);
			if (!stays) await ends.finished;
			tool.child.kill('SIGINT');
			assert.doesNotMatch((await tool.finished).stderr, /past the system calls/, ends.stderr);
		});
