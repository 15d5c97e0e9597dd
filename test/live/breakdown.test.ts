import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** Works for 30 ms, and keeps the body back for 50 ms. */
const SERVER = `
import socket, sys, time
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('up', flush=True)
connection, _ = listener.accept()
asked = b''
while not asked.endswith(b'xx'):
    asked += connection.recv(4096)
time.sleep(0.03)
connection.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n')
time.sleep(0.05)
connection.sendall(b'ok')
connection.recv(1)
`;

/** Sends its body in parts, 200 ms long. */
const CLIENT = `
import socket, sys, time
connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
connection.sendall(b'POST /up HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 2\\r\\n\\r\\n')
for part in b'x', b'x':
    time.sleep(0.1)
    connection.sendall(part)
answer = b''
while not answer.endswith(b'ok'):
    answer += connection.recv(4096)
`;

test('breakdown: a request that comes bit by bit has its time, and the parts are the whole', async (t) => {
	const port = await freePort();
	const server = start('python3', ['-c', SERVER, String(port)]);
	t.after(() => server.child.kill());
	await server.saw(/up/);
	const tool = claudeinsight(['-e', `watch http where server_port == ${port} | until 3s | breakdown by side`]);
	await tool.saw(/capturing/);
	assert.equal((await start('python3', ['-c', CLIENT, String(port)]).finished).status, 0);
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const rows = jsonLines(stdout);
	assert.deepEqual(rows.map(({ side }) => side).toSorted(), ['client', 'server']);
	for (const { side, latency, request, remote, internal, socket, transfer, copy } of rows) {
		const seen = `${side}: ${stdout}`;
		assert.ok(Number(request) >= 200, seen);
		const received = side === 'client' ? Number(remote) + Number(socket) + Number(copy) : Number(internal);
		assert.ok(received >= 30 && Number(transfer) >= 50, seen);
		assert.ok(Math.abs(Number(request) + received + Number(transfer) - Number(latency)) < 1, seen);
	}
});
