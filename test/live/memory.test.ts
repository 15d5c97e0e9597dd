import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MODE } from '../support/capture-mode.ts';
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

const cases = {
	/* At full speed: bodies stay in the kernel. */
	'heads only': { query: 'stat count(), sum(resp_size)', burst: 100, path: '/big', slackMb: 10 },
	/*
	 * Every byte goes through the ring, the streams and the parser: in bursts that a ring of 32 MB holds. Those of sendfile
	 * are not in any system call. What is not yet collected of bodies of a megabyte comes and goes by tens of them: kept,
	 * they would be 300 MB.
	 */
	'whole bodies': {
		query: 'stat count(), sum(resp_size), found = count(where response ~ "needle")',
		burst: 10,
		path: MODE === 'socket' ? '/big' : '/copied/big',
		slackMb: 120,
	},
};

for (const [name, { query, burst, path, slackMb }] of Object.entries(cases)) {
	test(`memory is flat, 400 MB of traffic need no more than 200 MB did: ${name}`, async (t) => {
		const tool = claudeinsight(['-e', `watch http where local_port == ${nginx.port} | ${query}`], {
			limitMs: 120_000,
			env: { ...process.env, CIQ_DEBUG: '1' },
		});
		await tool.saw(/capturing/);
		const rss: number[] = [];
		let busyMs = 0;
		for (let hundreds = 0; hundreds < 5; hundreds++) {
			for (let sent = 0; sent < 100; sent += burst) {
				const started = performance.now();
				const curl = await curlMany(nginx.port, path, burst, 2);
				busyMs += performance.now() - started;
				assert.equal(curl.status, 0, curl.stderr);
				await sleep(100);
			}
			rss.push(rssMb(tool.pid));
		}
		tool.child.kill('SIGINT');
		const { stdout, stderr } = await tool.finished;
		t.diagnostic(`RSS after 100, 200, 300, 400, 500 MB: ${rss.map((mb) => mb.toFixed(1)).join(', ')} MB`);
		const loop =
			/longest pause of the event loop ([\d.]+) ms; ([\d.]+) MB of events through a ring of ([\d.]+) MB/.exec(stderr);
		assert.ok(loop !== null, stderr);
		const [pause, megabytes, ring] = loop.slice(1).map(Number);
		t.diagnostic(
			`longest pause of the event loop ${pause} ms; at ${((megabytes / busyMs) * 1000).toFixed(0)} MB of events a second the ring lasts ${((ring / megabytes) * busyMs).toFixed(0)} ms`,
		);
		const row = JSON.parse(stdout);
		assert.equal(row.count, 500, stderr);
		assert.ok(row.sum_resp_size > 500_000_000);
		assert.match(stderr, /nothing lost/);
		// Growth would be in both.
		const later = Math.min(rss[3], rss[4]);
		assert.ok(later - rss[1] < slackMb, `RSS grew from ${rss[1]} to ${later} MB`);
	});
}
