import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { curlMany, get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines, type Running } from '../support/tool.ts';

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
});
after(() => nginx.stop());

async function stop(tool: Running) {
	await sleep(400);
	tool.child.kill('SIGINT');
	const end = await tool.finished;
	assert.equal(end.status, 130, end.stderr);
	return end;
}

const ends = () => `(local_port == ${nginx.port} or remote_port == ${nginx.port})`;

test('ten thousand requests at full speed are ten thousand exchanges a side, and nothing is lost', async () => {
	const tool = claudeinsight([
		'-e',
		`watch http where ${ends()} | stat count(), ok = count(where status == 200) by side`,
	]);
	await tool.saw(/capturing/);
	const curl = await curlMany(nginx.port, '/api/fast', 10_000, 16);
	assert.equal(curl.status, 0, curl.stderr);
	const { stdout, stderr } = await stop(tool);
	const counts = jsonLines(stdout).map((row) => [row.side, row.count, row.ok]);
	assert.deepEqual(counts.sort(), [
		['client', 10_000, 10_000],
		['server', 10_000, 10_000],
	]);
	assert.match(stderr, /nothing lost/);
});

test('five pipelined requests give five right pairs at both ends', async () => {
	const tool = claudeinsight(['-e', `watch http where ${ends()} | select side, path, status, resp_size`]);
	await tool.saw(/capturing/);
	const paths = ['/api/one', '/nowhere', '/api/fail', '/', '/api/five'];
	const socket = connect(nginx.port, '127.0.0.1');
	let answer = '';
	socket.setEncoding('latin1').on('data', (text: string) => {
		answer += text;
	});
	socket.write(
		paths.map((path, i) => `GET ${path} HTTP/1.1\r\nHost: x\r\n${i === 4 ? 'Connection: close\r\n' : ''}\r\n`).join(''),
	);
	await new Promise((resolve) => socket.once('close', resolve));
	const { stdout } = await stop(tool);
	const rows = jsonLines(stdout);
	const sizes = answer.split(/(?=HTTP\/1\.1 \d{3} )/).map((text) => text.length);
	const expected = paths.map((path, i) => ({ path, status: [200, 404, 503, 200, 200][i], resp_size: sizes[i] }));
	for (const side of ['client', 'server']) {
		assert.deepEqual(
			rows.filter((row) => row.side === side).map(({ path, status, resp_size }) => ({ path, status, resp_size })),
			expected,
		);
	}
});

test('hundreds of fast exchanges drop none of the slow ones', async () => {
	const tool = claudeinsight(['-e', `watch http where local_port == ${nginx.port} | stat count() by path`]);
	await tool.saw(/capturing/);
	const slow = Array.from({ length: 20 }, () => get(nginx.port, '/api/wait/1000'));
	const fast = Array.from({ length: 10 }, async () => {
		for (let i = 0; i < 60; i++) await get(nginx.port, '/api/fast');
	});
	await Promise.all([...slow, ...fast]);
	const { stdout } = await stop(tool);
	const counts = Object.fromEntries(jsonLines(stdout).map((row) => [String(row.path), row.count]));
	assert.deepEqual(counts, { '/api/wait/1000': 20, '/api/fast': 600 });
});
