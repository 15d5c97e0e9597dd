import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/**
 * A client that waits for 100 ms, closes, and goes on living; its server works for 400 ms. The acknowledgement of its FIN is
 * late: the server has nothing to send it with. By shutdown() a client closes the same directions, and may read on.
 */
const PROGRAM = `
import select, socket, threading, time
def serve(listener):
    while True:
        peer = listener.accept()[0]
        path = peer.recv(4096).split(b" ")[1]
        time.sleep(0.02 if path == b"/reads-on" else 0.4)
        peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
        peer.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
def ask(path):
    client = socket.create_connection(listener.getsockname())
    client.sendall(b"GET /%s HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % path)
    time.sleep(0.1)
    return client
for turn in range(3):
    ask(b"close").close(); time.sleep(0.5)
    client = ask(b"shutdown"); client.shutdown(socket.SHUT_RDWR); time.sleep(0.5); client.close()
    client = ask(b"reads-on"); select.select([client], [], []); client.shutdown(socket.SHUT_RDWR); time.sleep(0.1); client.recv(100); client.close()
`;

test('a client that gives up has waited until it closed, and not until its FIN was acknowledged', async () => {
	const fields = 'side, path, outcome, latency = total_duration_ms';
	const { stdout, stderr } = await claudeinsight([
		'-e',
		`watch http | select ${fields}`,
		'--',
		'python3',
		'-c',
		PROGRAM,
	]).finished;
	// Machines are late now and then, and never early: the shortest of three.
	const shortest = new Map<string, number>();
	for (const { side, path, outcome, latency } of jsonLines(stdout)) {
		const key = `${side} ${path} ${outcome}`;
		shortest.set(key, Math.min(shortest.get(key) ?? Number.POSITIVE_INFINITY, Number(latency)));
	}
	const rows = [...shortest].map(([key, latency]) => [key, Math.round(latency / 50) * 50]);
	assert.deepEqual(rows.sort(), [
		['client /close closed', 100],
		['client /reads-on ok', 200],
		['client /shutdown closed', 100],
		['server /close ok', 400],
		['server /reads-on ok', 0],
		['server /shutdown ok', 400],
	]);
	assert.match(stderr, /nothing lost/);
});

/** Answers that last to the end of the connection: the client closes before the server, or behind it; or it ends its own direction and reads on. */
const STREAM = `
import socket, threading, time
def serve(listener):
    while True:
        peer = listener.accept()[0]
        last = 9 if b"cut" in peer.recv(4096) else 1
        peer.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
        try:
            for turn in range(last): peer.sendall(b"some"); time.sleep(0.05)
        except OSError: pass
        peer.close()
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for path in b"cut", b"whole", b"half-closed":
    client = socket.create_connection(listener.getsockname())
    client.sendall(b"GET /%s HTTP/1.0\\r\\n\\r\\n" % path)
    if path == b"half-closed": client.shutdown(socket.SHUT_WR)
    if path == b"cut": time.sleep(0.12); client.recv(100)
    else:
        while client.recv(100): pass
    client.close()
    time.sleep(0.3)
`;

test('an answer without a length that its client does not wait for to the end is not complete', async () => {
	const { stdout } = await claudeinsight([
		'-e',
		'watch http where side == "client" | select path, status, outcome',
		...['--', 'python3', '-c', STREAM],
	]).finished;
	assert.deepEqual(jsonLines(stdout), [
		{ path: '/cut', status: 200, outcome: 'closed' },
		{ path: '/whole', status: 200, outcome: 'ok' },
		{ path: '/half-closed', status: 200, outcome: 'ok' },
	]);
});
