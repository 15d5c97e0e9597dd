import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/** The first that it sends is answered by a reset, for the client is gone: the connection ends before the call returns. */
const PROGRAM = `
import socket, time
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
client.close()
time.sleep(0.1)
peer = listener.accept()[0]
peer.send(b"x" * 39)
peer.close()
`;

test('conns: what a call sends that meets a reset is counted once, and not as lost', async () => {
	const query = 'conns --follow where side == "server" | select event, bytes_sent, close_reason';
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', PROGRAM]).finished;
	assert.deepEqual(jsonLines(stdout), [
		{ event: 'open', bytes_sent: 0, close_reason: 'remote close' },
		{ event: 'close', bytes_sent: 39, close_reason: 'remote reset' },
	]);
	assert.match(stderr, /nothing lost/);
});
