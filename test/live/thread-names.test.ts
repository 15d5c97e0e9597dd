import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/** A server of which one thread reads the requests of a connection and another one answers them, each with a name of its own. */
const PROGRAM = `
import queue, socket, threading
def named(name, task):
    def run():
        with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as comm: comm.write(name)
        task()
    threading.Thread(target=run, daemon=True).start()
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server = listener.accept()[0]
requests = queue.Queue()
def read():
    while request := server.recv(4096): requests.put(request)
def answer():
    while requests.get(): server.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
named("ciq-reader", read)
named("ciq-worker", answer)
for turn in range(3):
    client.sendall(b"GET /%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % turn); client.recv(100)
client.close()
`;

for (const [name, count] of [
	['python3', 6],
	['ciq-reader', 0],
	['ciq-worker', 0],
] as const)
	test(`comm is the name of the process: ${count} rows of ${name}, whose threads are called otherwise, and nothing lost`, async () => {
		const query = `watch http where comm == "${name}" | select side, path, comm`;
		const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
		assert.equal(jsonLines(stdout).length, count, stderr);
		assert.match(stderr, count === 0 ? /0 exchanges, nothing lost/ : /nothing lost/);
	});
