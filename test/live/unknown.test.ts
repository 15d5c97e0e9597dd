import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/** Greets, answers each line in capitals, and says good-bye unasked. */
const SERVER = `
import socket, sys
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('up', flush=True)
connection, _ = listener.accept()
connection.sendall(b'hello 1.0\\n')
for line in connection.makefile('rb'):
    connection.sendall(line.upper())
connection.close()
`;

const CLIENT = `
import socket, sys
lines = socket.create_connection(('127.0.0.1', int(sys.argv[1]))).makefile('rwb')
lines.readline()
for word in (b'set a b', b'get a'):
    lines.write(word + b'\\n')
    lines.flush()
    lines.readline()
`;

test('what speaks no known protocol is shown by its turns', async (t) => {
	const port = await freePort();
	const server = start('python3', ['-c', SERVER, String(port)]);
	t.after(() => server.child.kill());
	await server.saw(/up/);
	const columns = 'side, comm, first_bytes, answer_bytes, outcome, req_size, resp_size, answered = latency >= 0ms';
	const tool = claudeinsight([
		'-e',
		`watch where local_port == ${port} and protocol == "unknown" | head 3 | select ${columns}`,
	]);
	await tool.saw(/capturing/);
	assert.equal((await start('python3', ['-c', CLIENT, String(port)]).finished).status, 0);
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const row = { side: 'server', comm: 'python3', outcome: 'ok', answered: true };
	assert.deepEqual(jsonLines(stdout), [
		{ ...row, first_bytes: 'hello 1.0\n', answer_bytes: null, req_size: null, resp_size: 10 },
		{ ...row, first_bytes: 'set a b\n', answer_bytes: 'SET A B\n', req_size: 8, resp_size: 8 },
		{ ...row, first_bytes: 'get a\n', answer_bytes: 'GET A\n', req_size: 6, resp_size: 6 },
	]);
	assert.match(stderr, /nothing lost/);
});
