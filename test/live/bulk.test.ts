import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

const ANSWERS = 50;
const BODY = 20_000_000;

/** Gigabytes a second: both ends have large buffers, and do nothing else. */
const PEERS = `
import socket, sys, threading
port, answers, size = map(int, sys.argv[1:4])
listener = socket.create_server(('127.0.0.1', port))
head = b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % size
body = b'x' * (1 << 20)
def serve():
    peer, _ = listener.accept()
    for _ in range(answers):
        peer.recv(65536)
        peer.sendall(head)
        for at in range(0, size, len(body)):
            peer.sendall(body[:size - at])
threading.Thread(target=serve).start()
client = socket.create_connection(('127.0.0.1', port))
buffer = bytearray(1 << 20)
for answer in range(answers):
    client.sendall(b'GET /%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' % answer)
    left = len(head) + size
    while left > 0:
        left -= client.recv_into(buffer, left if left < len(buffer) else len(buffer))
`;

// What the budget leaves of a gigabyte fits in the ring as a whole: this cannot fail because the machine is busy.
test('heads only: bodies as fast as loopback can, and nothing is lost', async (t) => {
	const port = await freePort();
	const query = `watch http where server_port == ${port} | stat count(), dcount(path), sum(resp_size) by side`;
	const tool = claudeinsight(['-e', query]);
	t.after(() => tool.child.kill('SIGKILL'));
	await tool.saw(/capturing/);
	const peers = await start('python3', ['-c', PEERS, String(port), String(ANSWERS), String(BODY)]).finished;
	assert.equal(peers.status, 0, peers.stderr);
	tool.child.kill('SIGINT');
	const { stdout, stderr } = await tool.finished;
	assert.match(stderr, /nothing lost/);
	const head = `HTTP/1.1 200 OK\r\nContent-Length: ${BODY}\r\n\r\n`.length;
	const rows = jsonLines(stdout).toSorted((a, b) => String(a.side).localeCompare(String(b.side)));
	assert.deepEqual(
		rows.map((row) => Object.values(row)),
		['client', 'server'].map((side) => [side, ANSWERS, ANSWERS, ANSWERS * (BODY + head)]),
	);
});
