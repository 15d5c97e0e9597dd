import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines } from '../support/tool.ts';

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
});
after(() => nginx.stop());

/** Sends `count` requests one after another over one connection; gives how long the longest took, ms. */
async function series(from: string, path: string, count: number, pauseMs = 0): Promise<number> {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	let longest = 0;
	for (let i = 0; i < count; i++) {
		const began = performance.now();
		assert.equal(await get(nginx.port, path, { from, agent }), 200);
		longest = Math.max(longest, performance.now() - began);
		if (pauseMs > 0) await sleep(pauseMs);
	}
	agent.destroy();
	return longest;
}

/** A timer of Node counts whole milliseconds: it may fire so much early. */
const TIMER_MS = 1;

const number = (row: Record<string, unknown>, name: string): number => {
	const value = row[name];
	assert.equal(typeof value, 'number', `${name} in ${JSON.stringify(row)}`);
	return Number(value);
};

test('the slowest by remote address in windows: counts, times and order are right, and nothing is late', async () => {
	const query = `watch http where local_port == ${nginx.port} and side == "server" and path ~ "/api" | stat by remote_ip slow 5s`;
	const tool = claudeinsight(['-e', query]);
	await tool.saw(/capturing/);
	const [, longest300, longest3000, longest6000] = await Promise.all([
		series('127.0.0.2', '/api/fast', 400, 5),
		series('127.0.0.3', '/api/wait/300', 12),
		series('127.0.0.4', '/api/wait/3000', 2),
		series('127.0.0.5', '/api/wait/6000', 1),
		series('127.0.0.6', '/', 20),
	]);
	await sleep(1000);
	tool.child.kill('SIGINT');
	const { status, stdout, stderr } = await tool.finished;
	assert.equal(status, 130);
	const rows = jsonLines(stdout);
	const total = (ip: string) =>
		rows.filter((row) => row.remote_ip === ip).reduce((sum, row) => sum + number(row, 'count'), 0);
	assert.deepEqual(
		['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6'].map(total),
		[400, 12, 2, 1, 0],
		stdout,
	);
	assert.match(stderr, /nothing lost/);
	const windows = new Set(rows.map((row) => row.window_start));
	assert.ok(windows.size >= 2, `several windows in ${stdout}`);
	for (const window of windows) {
		const worst = rows.filter((row) => row.window_start === window).map((row) => number(row, 'max_latency'));
		assert.deepEqual(
			worst,
			worst.toSorted((a, b) => b - a),
			'worst first',
		);
	}
	for (const row of rows) {
		assert.ok(number(row, 'p99_latency') <= number(row, 'max_latency'), JSON.stringify(row));
		const bounds = {
			'127.0.0.3': [300, longest300],
			'127.0.0.4': [3000, longest3000],
			'127.0.0.5': [6000, longest6000],
		}[String(row.remote_ip)];
		if (bounds === undefined) continue;
		const [waited, longest] = bounds;
		const p50 = number(row, 'p50_latency');
		assert.ok(p50 >= waited - TIMER_MS && p50 <= longest, `p50 of ${row.remote_ip} is ${p50} ms`);
	}
});

test('a table per window on request', async () => {
	const query = `watch http where local_port == ${nginx.port} and side == "server" and path ~ "/api" | stat by remote_ip slow 1s`;
	const tool = claudeinsight(['-e', query, '--format', 'table']);
	await tool.saw(/capturing/);
	await Promise.all([series('127.0.0.2', '/api/fast', 20), series('127.0.0.3', '/api/wait/50', 4)]);
	tool.child.kill('SIGINT');
	const { status, stdout } = await tool.finished;
	assert.equal(status, 130);
	// The calls may fall into two windows: in each the slow address stands first.
	const tables = stdout.split(/\n\n/).filter((table) => table.includes('127.0.0.'));
	assert.ok(tables.length > 0, stdout);
	for (const table of tables) {
		assert.match(table, /remote_ip +count +errors/);
		const [fast, slow] = [table.indexOf('127.0.0.2'), table.indexOf('127.0.0.3')];
		assert.ok(fast === -1 || slow < fast, `worst first in\n${table}`);
	}
});
