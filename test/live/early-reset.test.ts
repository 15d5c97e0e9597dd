import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** A client that resets before the server reads, and a server that does while the client's first call still sends. */
const PROGRAM = `
import socket, struct, sys, threading, time
def reset(peer):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
def refuse(listener):
    peer = listener.accept()[0]
    time.sleep(0.2)
    reset(peer)
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
client = socket.create_connection(listener.getsockname())
peer = listener.accept()[0]
client.sendall(b"GET /early HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
reset(client)
time.sleep(0.1)
peer.recv(4096)
try:
    peer.recv(4096)
except ConnectionResetError:
    pass
peer.close()
threading.Thread(target=refuse, args=(listener,)).start()
client = socket.create_connection(listener.getsockname())
try:
    client.sendall(b"POST /large HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 9999999\\r\\n\\r\\n" + bytes(9999999))
except ConnectionResetError:
    pass
client.close()
`;

test('a reset before the first call on a socket is over is one', async () => {
	const port = await freePort();
	const query = `watch http where server_port == ${port} | head 3 | select side, path, outcome`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	await start('python3', ['-c', PROGRAM, String(port)]).finished;
	const rows = jsonLines((await tool.finished).stdout).map(({ side, path, outcome }) => `${side} ${path} ${outcome}`);
	assert.deepEqual(rows.sort(), ['client /early closed', 'client /large reset', 'server /early reset']);
});
