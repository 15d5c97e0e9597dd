import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { curlMany, get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight } from '../support/tool.ts';

let nginx: Nginx;
let folder: string;
before(async () => {
	nginx = await startNginx();
	folder = mkdtempSync(join(tmpdir(), 'ciq-equal-'));
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

/** A few connections, a few seconds: fast, slow, failing, large, and one that is still waiting at the end. */
async function traffic(): Promise<() => Promise<unknown>> {
	const agent = new Agent();
	const waiting = get(nginx.port, '/api/wait/60000', { agent }).catch(() => 0);
	await Promise.all([
		curlMany(nginx.port, '/api/fast', 300, 4),
		get(nginx.port, '/api/wait/700', { from: '127.0.0.3' }),
		get(nginx.port, '/api/fail', { from: '127.0.0.4' }),
		get(nginx.port, '/big'),
	]);
	await sleep(1500);
	await Promise.all([curlMany(nginx.port, '/api/again', 50, 2), get(nginx.port, '/api/wait/900')]);
	await sleep(700);
	return () => {
		agent.destroy();
		return waiting;
	};
}

const queries: Record<string, string> = {
	'whole exchanges': '',
	windows: '| stat by remote_ip slow 1s',
	'a running aggregate': '| stat count(), p99(latency), worst = arg_max(latency, path) by route, side',
	'the first ten': '| where status == 200 | head 10',
};

for (const [name, rest] of Object.entries(queries)) {
	test(`live and replayed JSON are equal byte for byte: ${name}`, async () => {
		nginx.file('big', 3_000_000);
		const file = join(folder, `${name.replaceAll(' ', '-')}.ciqrec`);
		const head = `where local_port == ${nginx.port} or remote_port == ${nginx.port}`;
		const tool = claudeinsight(['-e', `watch http ${head} ${rest}`, '--record', file]);
		await tool.saw(/capturing/);
		const hangUp = await traffic();
		tool.child.kill('SIGINT');
		const live = await tool.finished;
		await hangUp();
		const replay = await claudeinsight(['-e', `from "${file}" http ${head} ${rest}`]).finished;
		assert.equal(replay.status, 0, replay.stderr);
		assert.ok(live.stdout.length > 0);
		assert.equal(replay.stdout, live.stdout);
		assert.equal(statSync(file).mode & 0o777, 0o600);
		assert.equal(readFileSync(file).subarray(0, 8).toString(), 'CIQREC1\n');
	});
}
