import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** One socket that is connected to a server, let go of by connect(2) with AF_UNSPEC, and connected to another server. */
const PROGRAM = `
import ctypes, socket, struct, sys, threading, time
def serve(listener, body):
    peer = listener.accept()[0]
    while True:
        try: request = peer.recv(4096)
        except ConnectionResetError: break
        if not request: break
        peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
    peer.close()
listeners = [socket.create_server(("127.0.0.1", 0)) for i in range(2)]
threads = [threading.Thread(target=serve, args=(l, b"x" * (i + 1)), daemon=True) for i, l in enumerate(listeners)]
for thread in threads: thread.start()
print(*[l.getsockname()[1] for l in listeners], flush=True); sys.stdin.readline()
client = socket.socket()
for way, listener in enumerate(listeners):
    client.connect(listener.getsockname())
    for turn in range(2):
        client.sendall(b"GET /%d-%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % (way + 1, turn)); client.recv(1000)
    time.sleep(0.05)
    if way == 0 and ctypes.CDLL(None).connect(client.fileno(), struct.pack("@H14x", 0), 16): raise OSError("connect")
print("done", flush=True); sys.stdin.readline()
client.close()
`;

for (const inScope of [2, 1])
	test(`a socket that is connected a second time is another connection: ${inScope} in scope`, async (t) => {
		const ends = start('python3', ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'pipe'] });
		t.after(() => ends.child.kill());
		await ends.saw(/\d+ \d+\n/);
		const ports = ends.stdout.trim().split(' ').map(Number).slice(0, inScope);
		const scope = ports.map((port) => `local_port == ${port} or remote_port == ${port}`).join(' or ');
		const tool = claudeinsight(['-e', `watch http where ${scope} | select side, path, remote_port, local_port`]);
		await tool.saw(/capturing/);
		ends.child.stdin?.write('go\n');
		await ends.saw(/done/);
		ends.child.stdin?.end();
		assert.equal((await ends.finished).status, 0, ends.stderr);
		tool.child.kill('SIGINT');
		const { stdout, stderr } = await tool.finished;
		const seen = jsonLines(stdout).map(
			({ side, path, remote_port, local_port }) => `${side} ${path} ${side === 'client' ? remote_port : local_port}`,
		);
		const expected = ['client', 'server'].flatMap((side) =>
			ports.flatMap((port, way) => [0, 1].map((turn) => `${side} /${way + 1}-${turn} ${port}`)),
		);
		assert.deepEqual(seen.sort(), expected.sort());
		assert.match(stderr, /nothing lost/);
	});

/** Sockets that are connected twice each, and send many requests the second time: more than arrivals are kept of. */
const SOCKETS = 10;
const REQUESTS = 24;
const OFTEN = `
import ctypes, socket, struct, threading
def serve(listener):
    while True:
        peer = listener.accept()[0]
        while True:
            try: request = peer.recv(4096)
            except ConnectionResetError: break
            if not request: break
            peer.sendall(b"HTTP/1.1 204 No Content\\r\\n\\r\\n")
listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
for number in range(${SOCKETS}):
    client = socket.socket()
    for requests in (1, ${REQUESTS}):
        client.connect(listener.getsockname())
        for turn in range(requests):
            client.sendall(b"GET /%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % turn); client.recv(1000)
        if ctypes.CDLL(None).connect(client.fileno(), struct.pack("@H14x", 0), 16): raise OSError("connect")
`;

test('a socket that is connected a second time has the times of its packets, and not those of the first', async () => {
	const query = 'watch http where side == "client" | select remote_time, copy_time';
	const tool = claudeinsight(['-e', query, '--', 'python3', '-c', OFTEN]);
	const { stdout, stderr } = await tool.finished;
	const rows = jsonLines(stdout);
	assert.equal(rows.length, SOCKETS * (REQUESTS + 1), stderr);
	const without = rows.filter(({ remote_time, copy_time }) => remote_time === null || copy_time === null);
	assert.equal(without.length, 0);
});
