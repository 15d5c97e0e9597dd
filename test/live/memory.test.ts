import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { curlMany } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight } from '../support/tool.ts';

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
	nginx.file('big', 1_000_000);
});
after(() => nginx.stop());

const rssMb = (pid: number): number =>
	Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The query looks into bodies, so every byte goes through the ring, the streams and the parser. */
test('memory is flat: 400 MB of bodies need no more than 200 MB did', async (t) => {
	const query = `watch http where local_port == ${nginx.port} | stat count(), found = count(where response ~ "needle"), sum(resp_size)`;
	const tool = claudeinsight(['-e', query], { limitMs: 120_000, env: { ...process.env, CIQ_DEBUG: '1' } });
	await tool.saw(/capturing/);
	const rss: number[] = [];
	for (let hundreds = 0; hundreds < 4; hundreds++) {
		const curl = await curlMany(nginx.port, '/big', 100, 2);
		assert.equal(curl.status, 0);
		await sleep(500);
		rss.push(rssMb(tool.pid));
	}
	tool.child.kill('SIGINT');
	const { stdout, stderr } = await tool.finished;
	t.diagnostic(`RSS after 100, 200, 300, 400 MB: ${rss.map((mb) => mb.toFixed(1)).join(', ')} MB`);
	const stall = /longest stall.*/.exec(stderr)?.[0];
	t.diagnostic(`event loop: ${stall ?? 'not said'}`);
	const row = JSON.parse(stdout);
	assert.equal(row.count, 400);
	assert.equal(row.found, 0);
	assert.ok(row.sum_resp_size > 400_000_000);
	assert.ok(rss[3] - rss[1] < 10, `RSS grew from ${rss[1]} to ${rss[3]} MB`);
});
