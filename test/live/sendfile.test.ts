import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofSocketLayer } from '../support/capture-mode.ts';
import { get } from '../support/load.ts';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** Sends whole answers, heads and all, from a file. */
const SERVER = `
import os, socket, sys, tempfile
body = b'x' * 100000
file = tempfile.TemporaryFile()
file.write(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body)
file.flush()
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('up', flush=True)
while True:
    connection, _ = listener.accept()
    connection.recv(4096)
    sent, size = 0, os.fstat(file.fileno()).st_size
    while sent < size:
        sent += os.sendfile(connection.fileno(), file.fileno(), sent, size - sent)
    connection.close()
`;

const IN_PACKETS = ofSocketLayer('payload of sendfile is only in packets');

test('a response whose head leaves by sendfile is seen by a query that asks for heads only', IN_PACKETS, async (t) => {
	const port = await freePort();
	const server = start('python3', ['-c', SERVER, String(port)]);
	t.after(() => server.child.kill());
	await server.saw(/up/);
	const query = `watch http where local_port == ${port} | head 5 | select status, outcome, resp_size`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	for (let i = 0; i < 5; i++) await get(port, '/');
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const expected = { status: 200, outcome: 'ok', resp_size: 100_043 };
	assert.deepEqual(
		jsonLines(stdout),
		Array.from({ length: 5 }, () => expected),
	);
	assert.match(stderr, /nothing lost/);
});

/** On one connection, one after the other: heads by a send call, bodies by sendfile; answer N has status 230 + N. */
const KEPT_ALIVE = `
import os, socket, sys, tempfile, threading, time
file = tempfile.TemporaryFile()
file.write(b'x' * 1000)
file.flush()
listener = socket.create_server(('127.0.0.1', 0))
def serve():
    connection, _ = listener.accept()
    for number in range(8):
        connection.recv(4096)
        connection.send(b'HTTP/1.1 %d OK\\r\\nContent-Length: 1000\\r\\n\\r\\n' % (230 + number), socket.MSG_MORE)
        os.sendfile(connection.fileno(), file.fileno(), 0, 1000)
    connection.close()
threading.Thread(target=serve).start()
client = socket.create_connection(listener.getsockname())
for number in range(8):
    client.sendall(b'GET /%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' % number)
    left = len(b'HTTP/1.1 230 OK\\r\\nContent-Length: 1000\\r\\n\\r\\n') + 1000
    while left > 0:
        left -= len(client.recv(left))
    time.sleep(0.05)
`;

test('bodies that leave by sendfile do not delay their answers, also where they are asked for and cannot be had', async () => {
	const query =
		'watch http where side == "server" | extend body = response.body | select path, status, outcome, resp_size, quick = latency < 20ms';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', KEPT_ALIVE]).finished;
	const expected = Array.from({ length: 8 }, (_, number) => ({
		path: `/${number}`,
		status: 230 + number,
		outcome: 'ok',
		resp_size: 1041,
		quick: true,
	}));
	assert.deepEqual(jsonLines(stdout), expected, stderr);
});
