import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../../support/tool.ts';

/** Exchanges of which every second pair of messages leaves by MSG_ZEROCOPY: such bytes are copied on their way to the receiver. */
const PROGRAM = `
import socket, threading, time
MSG_ZEROCOPY = 0x4000000
def send(connection, data, number):
    connection.setsockopt(socket.SOL_SOCKET, 60, 1)  # SO_ZEROCOPY
    connection.sendall(data, MSG_ZEROCOPY if number % 2 else 0)
def serve():
    for number in range(60):
        with listener.accept()[0] as connection:
            connection.recv(65536)
            time.sleep(0.005)
            send(connection, b'HTTP/1.1 200 OK\\r\\nContent-Length: 5000\\r\\n\\r\\n' + bytes(5000), number)
            connection.recv(1)
listener = socket.create_server(('127.0.0.1', 0))
threading.Thread(target=serve).start()
for number in range(60):
    with socket.create_connection(listener.getsockname()) as client:
        send(client, b'POST /%d HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 3000\\r\\n\\r\\n' % number + bytes(3000), number)
        left = 5041
        while left:
            left -= len(client.recv(left))
`;

test('bytes that are copied between device and TCP do not get the time of an older packet', async () => {
	const query = 'watch http | select path, copy_time, remote_time, latency';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
	const rows = jsonLines(stdout);
	assert.equal(rows.length, 120, stderr);
	const copied = rows.filter(({ path }) => Number(String(path).slice(1)) % 2 === 1);
	const late = copied.filter(({ copy_time, latency }) => Number(copy_time) > Number(latency) / 2);
	assert.deepEqual(late, []);
});
