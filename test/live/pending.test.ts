import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Terminal } from '../shell/terminal.ts';
import { MODE } from '../support/capture-mode.ts';
import { get } from '../support/load.ts';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/* The requests that wait, live. */

/** In a second. */
const UNITS: Readonly<Record<string, number>> = { us: 1e6, ms: 1000, s: 1 };

/** Answers a request when it is told to, by its path. */
async function slowServer(t: TestContext) {
	const waiting = new Map<string, ServerResponse>();
	const server = createServer((request, response) => {
		waiting.set(request.url ?? '', response);
		if (request.url === '/begun') response.writeHead(200, { 'Content-Length': 100 }).write('some');
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	const answer = (path: string) => waiting.get(path)?.end();
	const ask = (path: string) => get(port, path).catch(() => 0);
	return { port, answer, ask };
}

test('pending, to a pipe: what waits at the end, with its age; what has been answered is not among it', async (t) => {
	const { port, answer, ask } = await slowServer(t);
	const query = `pending http where local_port == ${port} | until 2s | select path, status, age`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	const asked = performance.now();
	void ask('/waits');
	void ask('/begun');
	const answered = ask('/answered');
	const answering = setInterval(() => answer('/answered'), 20);
	await answered;
	clearInterval(answering);
	const { status, stdout, stderr } = await tool.finished;
	const waited = performance.now() - asked;
	assert.equal(status, 0, stderr);
	const rows = jsonLines(stdout);
	assert.deepEqual(rows.map(({ path, status }) => [path, status]).sort(), [
		['/begun', 200],
		['/waits', null],
	]);
	for (const { age } of rows) assert.ok(typeof age === 'number' && age > 0 && age <= waited, `${age}`);
});

test('pending on a terminal: a request is there, grows older, and is gone when it has been answered', async (t) => {
	const { port, answer, ask } = await slowServer(t);
	const query = `pending http where local_port == ${port} | select path, age`;
	const terminal = new Terminal(`--capture-mode=${MODE} -e '${query}'`, {});
	t.after(() => terminal.kill());
	await terminal.sees(/path +age\r\n\(no rows\)/);
	const asked = ask('/slow');
	const ages: number[] = [];
	for (let look = 0; look < 3; look++) {
		const age = /([\d.]+)(us|ms|s)\r\n$/.exec(await terminal.sees(/\/slow +\S+\r\n/));
		ages.push(Number(age?.[1]) / UNITS[age?.[2] ?? '']);
	}
	assert.ok(ages[0] < ages[1] && ages[1] < ages[2], `${ages}`);
	answer('/slow');
	assert.equal(await asked, 200);
	await terminal.sees(/path +age\r\n\(no rows\)/);
	terminal.type('\x03');
	assert.equal(await terminal.ended(), 130);
});
