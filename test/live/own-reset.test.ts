import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/** A server that closes each connection by a reset (SO_LINGER 0): in the middle of an answer without a length, or without any. */
const PROGRAM = `
import socket, struct, threading
def serve(listener):
    while True:
        peer = listener.accept()[0]
        if b"/half" in peer.recv(4096):
            peer.sendall(b"HTTP/1.1 200 OK\\r\\n\\r\\nhalf")
            peer.recv(1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for path in b"half", b"none":
    client = socket.create_connection(listener.getsockname())
    client.sendall(b"GET /%s HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % path)
    try:
        while data := client.recv(100):
            client.sendall(b"\\n")
    except ConnectionResetError:
        pass
    client.close()
`;

test('a server that resets its own connection says so at its own end, too', async () => {
	const query = 'watch http | select side, path, status, outcome';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
	const rows = jsonLines(stdout).map(({ side, path, status, outcome }) => `${side} ${path} ${status} ${outcome}`);
	assert.deepEqual(rows.sort(), [
		'client /half 200 reset',
		'client /none null reset',
		'server /half 200 reset',
		'server /none null reset',
	]);
	assert.match(stderr, /nothing lost/);
});
