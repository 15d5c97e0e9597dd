import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/** A proxy that reads heads, and moves bodies from socket to socket by way of a pipe; its customer pauses between requests. */
const PROGRAM = `
import os, socket, threading, time
BODY = bytes(3000)
def head(source):
    while b'\\r\\n\\r\\n' not in (seen := source.recv(65536, socket.MSG_PEEK)):
        if not seen: return b''
    return source.recv(seen.index(b'\\r\\n\\r\\n') + 4)
def pass_on(source, sink, pipe):
    start = head(source)
    if not start: return False
    sink.send(start, socket.MSG_MORE)
    left = len(BODY)
    while left:
        moved = os.splice(source.fileno(), pipe[1], left)
        left -= moved
        while moved: moved -= os.splice(pipe[0], sink.fileno(), moved)
    return True
def take(source, size):
    while size: size -= len(source.recv(size))
def serve():
    connection = origin.accept()[0]
    for number in range(3):
        take(connection, len(REQUEST))
        connection.sendall(ANSWER)
    connection.recv(1)
def proxy():
    customer, server = front.accept()[0], socket.create_connection(origin.getsockname())
    pipe = os.pipe()
    while pass_on(customer, server, pipe): pass_on(server, customer, pipe)
REQUEST = b'POST /0 HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 3000\\r\\n\\r\\n' + BODY
ANSWER = b'HTTP/1.1 200 OK\\r\\nContent-Length: 3000\\r\\n\\r\\n' + BODY
origin, front = socket.create_server(('127.0.0.1', 0)), socket.create_server(('127.0.0.1', 0))
threads = [threading.Thread(target=target) for target in (serve, proxy)]
for thread in threads: thread.start()
customer = socket.create_connection(front.getsockname())
for number in range(3):
    customer.sendall(REQUEST.replace(b'/0', b'/%d' % number))
    take(customer, len(ANSWER))
    time.sleep(1)
customer.close()
for thread in threads: thread.join()
`;

test('bodies that a proxy moves by splice end when they were read, not when the next request comes', async () => {
	const query = 'watch http | select side, path, outcome, req_size, resp_size, quick = latency < 900ms';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
	const row = { outcome: 'ok', req_size: 3051, resp_size: 3041, quick: true };
	const expected = ['/0', '/1', '/2'].flatMap((path) =>
		['client', 'client', 'server', 'server'].map((side) => ({ side, path, ...row })),
	);
	const rows = jsonLines(stdout).sort((a, b) => `${a.path} ${a.side}`.localeCompare(`${b.path} ${b.side}`));
	assert.deepEqual(rows, expected);
	// What was moved is not seen: six bodies.
	assert.match(stderr, /lost: \d+ gaps \(18\.0KB\) in byte streams/);
});

/** A server that moves what it gets to a pipe, and answers nothing. */
const SINK = `
import os, socket, time
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, pipe = listener.accept()[0], os.pipe()
for count in range(2):
    client.sendall(bytes(1000))
    left = 1000
    while left: left -= os.splice(server.fileno(), pipe[1], left)
`;

test('what a server moves to a pipe is counted as lost, also where it does nothing else', async () => {
	const query = 'watch http where side == "server"';
	const { stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', SINK]).finished;
	assert.match(stderr, /lost: 2 gaps \(2\.0KB\) in byte streams/);
});
