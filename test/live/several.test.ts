import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../support/load.ts';
import { QUIET_SERVER } from '../support/quiet-server.ts';
import { claudeinsight, jsonLines } from '../support/tool.ts';

/* Several pipelines of one program: one capture serves them all. */

/** Answers with the path, behind a body that is longer than what queries about heads are given. */
const LONG = 'x'.repeat(40_000);

async function serve(t: TestContext) {
	const server = createServer((request, response) => response.end(`${LONG}${request.url}`)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	t.after(() => {
		agent.destroy();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return { port, get: (path: string) => get(port, path, { agent }) };
}

const exchangesIn = (stderr: string): number => Number(/(\d+) exchanges, nothing lost/.exec(stderr)?.[1]);

test('a statement that has enough narrows the capture, and the other ones miss nothing', async (t) => {
	const [few, many] = [await serve(t), await serve(t)];
	const REQUESTS = 400;
	const tool = claudeinsight([
		'-e',
		`watch http where remote_port == ${few.port} | head 3 | select path, size = len(resp.body);
		 watch http where remote_port == ${many.port} | head ${REQUESTS} | stat count(), distinct = dcount(path)`,
	]);
	await tool.saw(/capturing/);
	let enough = false;
	const steady = (async () => {
		for (let n = 0; n < REQUESTS; n++) {
			// The last ones wait for what comes behind the narrowing.
			while (n === REQUESTS - 20 && !enough) await sleep(10);
			await many.get(`/many/${n}`);
		}
	})();
	for (let n = 0; n < 3; n++) await few.get(`/few/${n}`);
	await tool.saw(/\/few\/2/);
	await sleep(300);
	for (let n = 3; n < 50; n++) await few.get(`/few/${n}`);
	enough = true;
	await steady;
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 0, stderr);
	const size = LONG.length + '/few/0'.length;
	assert.deepEqual(jsonLines(stdout), [
		...[0, 1, 2].map((n) => ({ path: `/few/${n}`, size })),
		{ count: REQUESTS, distinct: REQUESTS },
	]);
	assert.equal(exchangesIn(stderr), REQUESTS + 3, stderr);
});

/** As daemons do it goes on in a child, whose parent ends; then it asks itself again and again. */
const DAEMON = `
import os, time
if os.fork(): os._exit(0)
${QUIET_SERVER}
for number in range(30):
    client = http.client.HTTPConnection('127.0.0.1', server.server_port)
    client.request('GET', f'/{number}')
    client.getresponse().read()
    time.sleep(0.05)
`;

test('when one statement has enough, the others still see what the command has started and left behind', async () => {
	const query = `watch http where side == "client" | head 3 | select path;
		 watch http where side == "client" | stat count()`;
	// It is over when the last one of its processes is.
	const { stdout, stderr } = await claudeinsight(['-e', query, '--', 'python3', '-c', DAEMON]).finished;
	assert.deepEqual(jsonLines(stdout).at(-1), { count: 30 }, stderr);
	assert.match(stderr, /30 exchanges, nothing lost/);
});

test('union and tee: both sides of one capture, each with what it needs of it', async (t) => {
	const [one, other] = [await serve(t), await serve(t)];
	const folder = mkdtempSync(join(tmpdir(), 'ciq-several-'));
	t.after(() => rmSync(folder, { recursive: true }));
	const file = join(folder, 'bodies.json');
	const tool = claudeinsight([
		'-e',
		`watch http where remote_port == ${one.port} | union { watch http where remote_port == ${other.port} }
		 | tee { where path == "/b" | select size = len(resp.body) | to json "${file}" } | head 3 | select path`,
	]);
	await tool.saw(/capturing/);
	await one.get('/a');
	await other.get('/b');
	await one.get('/c');
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 0, stderr);
	assert.deepEqual(
		jsonLines(stdout)
			.map(({ path }) => path)
			.sort(),
		['/a', '/b', '/c'],
	);
	assert.deepEqual(jsonLines(readFileSync(file, 'utf8')), [{ size: LONG.length + 2 }]);
	assert.equal(exchangesIn(stderr), 3, stderr);
});
