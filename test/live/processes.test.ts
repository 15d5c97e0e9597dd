import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EventType, Header, Process } from '../../engine/capture/events.ts';
import { PREFIX_BYTES } from '../../engine/capture/recording-format.ts';
import { get } from '../support/load.ts';
import { freePort } from '../support/nginx.ts';
import { QUIET_SERVER } from '../support/quiet-server.ts';
import { claudeinsight, jsonLines, ROOT, type Running, start } from '../support/tool.ts';

/** A Node service whose process is called otherwise, below a shell that does no more than wait for it. */
async function service(t: TestContext, port: number): Promise<Running> {
	const code = `process.title = 'backend'; require('http').createServer((q, a) => a.end('ok')).listen(${port}, '127.0.0.1', () => console.log('up'));`;
	const tree = start('sh', ['-c', '"$0" -e "$1" & trap "kill $!" TERM; wait', process.execPath, code]);
	t.after(async () => {
		tree.child.kill('SIGTERM');
		await tree.finished;
	});
	await tree.saw(/up/);
	return tree;
}

/** The first record of the service, as the flags select it. */
async function firstRecord(t: TestContext, flags: (tree: Running) => string[]): Promise<Record<string, unknown>> {
	const port = await freePort();
	const tree = await service(t, port);
	const tool = claudeinsight(['watch', 'http', '--local-ports', String(port), ...flags(tree), '--max-records', '1']);
	await tool.saw(/capturing/);
	await get(port, '/');
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 0, stderr);
	return jsonLines(stdout)[0];
}

test('--comm node finds a Node that calls itself otherwise', async (t) => {
	const { comm, side } = await firstRecord(t, () => ['--comm', 'node']);
	assert.deepEqual({ comm, side }, { comm: 'backend', side: 'server' });
});

test('--pids means the children too', async (t) => {
	const { pid } = await firstRecord(t, (tree) => ['--pids', String(tree.pid)]);
	assert.equal(typeof pid, 'number');
});

test('the command behind -- and what it starts are captured, and nothing else', async (t) => {
	const port = await freePort();
	await service(t, port);
	const talk = setInterval(() => void get(port, '/outside').catch(() => 0), 20);
	const command = ['--', join(ROOT, 'examples/traffic.sh')];
	const tool = claudeinsight(['-e', 'watch http | head 200 | stat count() by path', ...command]);
	const { status, stdout, stderr } = await tool.finished;
	clearInterval(talk);
	assert.equal(status, 0, stderr);
	const paths = jsonLines(stdout).map(({ path }) => path);
	assert.ok(paths.includes('/api/items') && !paths.includes('/outside'), stdout);
});

test('a command that leaves its children behind is over when they are', async () => {
	const port = await freePort();
	const child = `setTimeout(() => { const s = require('http').createServer((q, a) => a.end('ok')).listen(${port}, '127.0.0.1', () => require('http').get('http://127.0.0.1:${port}/later', (a) => { a.resume(); a.on('end', () => process.exit()) })) }, 400)`;
	const command = ['--', 'sh', '-c', '"$0" -e "$1" &', process.execPath, child];
	const { status, stdout, stderr } = await claudeinsight([
		'-e',
		'watch http where path == "/later" | stat count()',
		...command,
	]).finished;
	assert.equal(status, 0, stderr);
	assert.deepEqual(jsonLines(stdout), [{ count: 2 }], stderr);
});

/** A client that calls itself otherwise for each connection, of two requests. */
const RENAMING = `${QUIET_SERVER}
for number in range(6):
    if number % 2 == 0:
        with open('/proc/self/comm', 'w') as comm:
            comm.write(f'name{number // 2}')
        client = http.client.HTTPConnection('127.0.0.1', server.server_port)
    client.request('GET', f'/{number}')
    client.getresponse().read()
`;

test('a process that gives itself another name is selected and shown by that', async () => {
	const command = ['--', 'python3', '-c', RENAMING];
	const rows = async (condition: string): Promise<string[]> => {
		const query = `watch http where side == "client"${condition} | select path, comm`;
		const { stdout, stderr } = await claudeinsight(['-e', query, ...command]).finished;
		assert.match(stderr, /nothing lost/);
		return jsonLines(stdout).map(({ path, comm }) => `${path} ${comm}`);
	};
	const all = [0, 1, 2, 3, 4, 5].map((number) => `/${number} name${number >> 1}`);
	assert.deepEqual(await rows(''), all);
	assert.deepEqual(await rows(' and comm in ["name1", "name2"]'), all.slice(2));
});

test('the process at the other end has the name that it had, live and again from the recording', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-processes-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const recording = join(folder, 'renamed.ciqrec');
	const query = 'watch http | select side, path, comm, remote_comm';
	const live = claudeinsight(['-e', query, '--record', recording, '--', 'python3', '-c', RENAMING]);
	const { stdout } = await live.finished;
	const rows = jsonLines(stdout);
	assert.equal(rows.length, 12);
	for (const { comm, remote_comm } of rows) assert.equal(remote_comm, comm, stdout);
	assert.equal((await claudeinsight(['-e', query, '--from', recording]).finished).stdout, stdout);
});

/** A program with a connection that becomes another one, whose file has a longer name than a process may have. */
const BECOMING = `
import os, socket, sys
def serve(listener):
    peer = listener.accept()[0]
    while peer.recv(4096):
        peer.sendall(b'HTTP/1.1 204 No Content\\r\\n\\r\\n')
listener = socket.create_server(('127.0.0.1', 0))
if os.fork() == 0:
    serve(listener)
    os._exit(0)
client = socket.create_connection(listener.getsockname())
client.sendall(b'GET /before HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')
client.recv(1000)
client.set_inheritable(True)
again = "import socket, sys\\nclient = socket.socket(fileno=int(sys.argv[1]))\\n" \\
    "client.sendall(b'GET /after HTTP/1.1\\\\r\\\\nHost: x\\\\r\\\\n\\\\r\\\\n')\\nclient.recv(1000)"
os.symlink(os.path.realpath(sys.executable), sys.argv[1])
os.execv(sys.argv[1], [sys.argv[1], '-c', again, str(client.fileno())])
`;

test('a process that becomes a program with a long name has what fits of it, and nothing from behind it', async (t) => {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-processes-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const recording = join(folder, 'become.ciqrec');
	const command = ['--', 'python3', '-c', BECOMING, join(folder, 'longer-than-a-name-is')];
	const query = 'watch http where side == "client" | select path, comm';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--record', recording, ...command]).finished;
	assert.deepEqual(
		jsonLines(stdout).map(({ path, comm }) => `${path} ${comm}`),
		['/before python3', '/after longer-than-a-n'],
		stderr,
	);
	const names = recordsOf(readFileSync(recording), EventType.process).map((record) =>
		record.toString('latin1', Process.comm, Process.exe),
	);
	assert.ok(names.length > 1);
	for (const name of names) assert.match(name, /^[^\0]{1,15}\0+$/);
});

/** The records of a recording that are of that type. */
function recordsOf(file: Buffer, type: number): readonly Buffer[] {
	const records: Buffer[] = [];
	// Behind the length of the header, and that: engine/capture/recording-format.ts.
	for (let at = PREFIX_BYTES + file.readUInt32LE(PREFIX_BYTES - 4); at < file.length; ) {
		const end = at + file.readUInt32LE(at + Header.size);
		if (file[at + Header.type] === type) records.push(file.subarray(at, end));
		at = end;
	}
	return records;
}
