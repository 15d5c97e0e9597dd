import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines, start } from '../support/tool.ts';

/* Bodies that real servers encode and stream. */

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
});
after(() => nginx.stop());

test('gzip of nginx is text to a query; its size is that of the wire', async () => {
	nginx.file('large.txt', 50_000);
	const query = `watch http where local_port == ${nginx.port} | head 2 | extend coding = resp.headers["content-encoding"] | select path, coding, resp_size, decoded = len(resp.body)`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	const url = `http://127.0.0.1:${nginx.port}/gzip/large.txt`;
	await start('curl', ['-sS', '-o', '/dev/null', '--compressed', url]).finished;
	await start('curl', ['-sS', '-o', '/dev/null', url]).finished;
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const [zipped, plain] = jsonLines(stdout);
	assert.equal(zipped?.coding, 'gzip');
	assert.ok(Number(zipped?.resp_size) < 1000 && Number(plain?.resp_size) > 50_000, stdout);
	assert.deepEqual([zipped?.decoded, plain?.decoded, plain?.coding], [50_000, 50_000, null]);
});

test('server-sent events: one exchange, whole when it ends, with every event', async (t) => {
	const server = createServer((_, response) => {
		response.writeHead(200, { 'content-type': 'text/event-stream' });
		const send = (n: number): void => {
			response.write(`data: ${n}\n\n`);
			if (n === 5) response.end();
			else setTimeout(send, 10, n + 1);
		};
		send(1);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => server.close());
	const { port } = server.address() as AddressInfo;
	const query = `watch http where local_port == ${port} | head 1 | select content_type, outcome, events = resp.body, slow = transfer_time > 20ms`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	await start('curl', ['-sS', '-N', `http://127.0.0.1:${port}/events`]).finished;
	const { stdout, stderr, status } = await tool.finished;
	assert.equal(status, 0, stderr);
	const events = [1, 2, 3, 4, 5].map((n) => `data: ${n}\n\n`).join('');
	assert.deepEqual(jsonLines(stdout), [{ content_type: 'text/event-stream', outcome: 'ok', events, slow: true }]);
});
