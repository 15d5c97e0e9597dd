import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, before, test } from 'node:test';
import { get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight } from '../support/tool.ts';

const SAMPLES = 1000;

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
});
after(() => nginx.stop());

/*
 * Printed, not asserted: a noisy machine must not fail the tests. What is asserted is that every response has its line,
 * each written when it is known and not at the end.
 */
test('the delay from a response to its line in a pipe', async (t) => {
	const tool = claudeinsight(['-e', `watch http where local_port == ${nginx.port} | select url`], {
		limitMs: 120_000,
	});
	await tool.saw(/capturing/);
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const delays: number[] = [];
	const lineOf = new Map<string, (at: number) => void>();
	let rest = '';
	tool.child.stdout?.on('data', (text: string) => {
		const at = performance.now();
		const lines = (rest + text).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) lineOf.get(/n=(\d+)/.exec(line)?.[1] ?? '')?.(at);
	});
	for (let n = 0; n < SAMPLES; n++) {
		const line = new Promise<number>((resolve) => lineOf.set(String(n), resolve));
		assert.equal(await get(nginx.port, `/api/x?n=${n}`, { agent }), 200);
		const answered = performance.now();
		delays.push((await line) - answered);
	}
	agent.destroy();
	tool.child.kill('SIGINT');
	await tool.finished;
	const sorted = delays.toSorted((a, b) => a - b);
	const at = (q: number) => sorted[Math.min(SAMPLES - 1, Math.floor(q * SAMPLES))]?.toFixed(1);
	t.diagnostic(`response to result line, ${SAMPLES} samples: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`);
	assert.equal(delays.length, SAMPLES);
});
