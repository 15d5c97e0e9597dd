import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startNginx } from '../support/nginx.ts';
import { LAUNCHER, start } from '../support/tool.ts';

test('Ctrl-C that ends the reader of a pipe, too, is told: nobody has the result', async (t) => {
	const nginx = await startNginx();
	t.after(() => nginx.stop());
	nginx.file('a.txt', 10);
	const query = `watch http where server_port == ${nginx.port} | stat count()`;
	// A process group of its own, as a terminal gives each pipeline.
	const pipeline = start('sh', ['-c', '"$0" -e "$1" | cat', LAUNCHER, query], { detached: true });
	await pipeline.saw(/capturing; .* for Ctrl-C ends its reader, too\n/);
	await start('curl', ['-sS', '-o', '/dev/null', `http://127.0.0.1:${nginx.port}/a.txt`]).finished;
	process.kill(-pipeline.pid, 'SIGINT');
	const { stdout, stderr } = await pipeline.finished;
	assert.equal(stdout, '');
	assert.match(stderr, /^claudeinsight: nobody was left to read the results: Ctrl-C ends all of a pipe/m);
});
