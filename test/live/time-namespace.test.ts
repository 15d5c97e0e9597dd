import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { jsonLines, LAUNCHER, start } from '../support/tool.ts';

/* In a time namespace the monotonic clock is another one than that of the programs in the kernel. */

let nginx: Nginx;
before(async () => {
	nginx = await startNginx();
});
after(() => nginx.stop());

const DAY_S = 86_400;
/** Of a loaded machine. */
const NEAR_MS = 60_000;

for (const ahead of [DAY_S, -100])
	test(`times are right in a time namespace that is ${ahead} s ahead`, async () => {
		const query = `watch http where local_port == ${nginx.port} | head 1 | select ts, latency`;
		const options = ['--time', '--monotonic', String(ahead), '--boottime', String(ahead), '--fork'];
		const tool = start('unshare', [...options, LAUNCHER, '-e', query]);
		await tool.saw(/capturing/);
		await get(nginx.port, '/api/fast');
		const { stdout, stderr, status } = await tool.finished;
		assert.equal(status, 0, stderr);
		const ts = String(jsonLines(stdout)[0]?.ts);
		assert.ok(Math.abs(Date.parse(ts) - Date.now()) < NEAR_MS, ts);
		assert.match(stderr, /nothing lost/);
	});
