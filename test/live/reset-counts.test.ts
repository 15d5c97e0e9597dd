import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/** Clients that end their connection by a reset: SO_LINGER of 0, and connect(2) with AF_UNSPEC; the last one does not. */
const PROGRAM = `
import ctypes, socket, struct, threading
def serve(listener):
    while True:
        peer = listener.accept()[0]
        try:
            while peer.recv(4096): peer.sendall(b"answer")
        except ConnectionResetError: pass
        peer.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for way in range(3):
    client = socket.create_connection(listener.getsockname())
    for turn in range(3): client.sendall(b"question"); client.recv(100)
    if way == 0: client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if way == 1 and ctypes.CDLL(None).connect(client.fileno(), struct.pack("@H14x", 0), 16): raise OSError("connect")
    client.close()
`;

test('what TCP has counted of a connection is known at its end, also where its process resets it', async () => {
	const query = 'conns --follow where side == "client" and state == "CLOSED" | select close_reason, rtt';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
	const rows = jsonLines(stdout);
	assert.deepEqual(
		rows.map(({ close_reason }) => close_reason),
		['local reset', 'local reset', 'local close'],
		stderr,
	);
	for (const { rtt } of rows) assert.ok(Number(rtt) > 0, stdout);
});
