import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** Answers every request with 100 kB. */
const SERVER = `
import socket, sys
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('up', flush=True)
while True:
    connection, _ = listener.accept()
    while connection.recv(4096):
        connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 100000\\r\\n\\r\\n' + b'x' * 100000)
`;

/** Reads the beginning of each answer and has the kernel throw the rest away, which copies nothing; then it closes. */
const CLIENT = `
import socket, sys
connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
for i in range(5):
    connection.sendall(b'GET /%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' % i)
    rest = 100000 + 43 - len(connection.recv(1000))
    while rest:
        rest -= connection.recv_into(bytearray(rest), rest, socket.MSG_TRUNC)
`;

test('answers whose rest the reader throws away unread have their size, and what is behind them is found', async (t) => {
	const port = await freePort();
	const server = start('python3', ['-c', SERVER, String(port)]);
	t.after(() => server.child.kill());
	await server.saw(/up/);
	const query = `watch http where remote_port == ${port} | head 5 | select path, status, outcome, resp_size`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	assert.equal((await start('python3', ['-c', CLIENT, String(port)]).finished).status, 0);
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const expected = [0, 1, 2, 3, 4].map((i) => ({ path: `/${i}`, status: 200, outcome: 'ok', resp_size: 100_043 }));
	assert.deepEqual(jsonLines(stdout), expected);
	assert.match(stderr, /lost: \d+ gaps/);
});

test('a capture into a pipe tells that something was lost while it runs, not only at its end', async (t) => {
	const port = await freePort();
	const server = start('python3', ['-c', SERVER, String(port)]);
	t.after(() => server.child.kill());
	await server.saw(/up/);
	const tool = claudeinsight(['-e', `watch http where remote_port == ${port} | stat count() by path`]);
	await tool.saw(/capturing/);
	assert.equal((await start('python3', ['-c', CLIENT, String(port)]).finished).status, 0);
	await tool.saw(/^claudeinsight: lost so far: \d+ gaps/m);
	assert.equal(tool.stdout, '');
	tool.child.kill('SIGINT');
	const { stdout, stderr } = await tool.finished;
	assert.equal(jsonLines(stdout).length, 5);
	assert.match(stderr, /5 exchanges, lost: \d+ gaps/);
});
