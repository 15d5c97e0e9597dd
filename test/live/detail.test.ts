import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { get } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { claudeinsight, type Finished } from '../support/tool.ts';

let nginx: Nginx;
let folder: string;
before(async () => {
	nginx = await startNginx();
	folder = mkdtempSync(join(tmpdir(), 'ciq-detail-'));
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

/** Both ends of a few requests to nginx, and nothing else, through a query. */
async function watch(rest: string, flags: readonly string[] = []): Promise<Finished> {
	const here = `local_port == ${nginx.port} or remote_port == ${nginx.port}`;
	const tool = claudeinsight(['-e', `watch http where ${here} ${rest}`, ...flags], {
		env: { ...process.env, LC_ALL: 'C.UTF-8' },
	});
	await tool.saw(/capturing/);
	for (let n = 0; n < 3; n++) assert.equal(await get(nginx.port, `/api/x?n=${n}`), 200);
	tool.child.kill('SIGINT');
	return tool.finished;
}

describe('a live capture', () => {
	it('is drawn with both ends of each call, and its stages where the kernel tells them', async () => {
		const { stdout, stderr } = await watch('| to detail');
		const pictures = stdout.split(/^(?=\d\d:\d\d:\d\d\.\d{3} {2}GET )/m);
		assert.equal(pictures.length, 3, stderr);
		for (const picture of pictures) {
			assert.match(picture, /^ {2}client .* server nginx/m);
			assert.match(picture, /^▶ .*%/m);
			assert.match(picture, /lo → TCP/);
			assert.match(picture, /^ {4}GET \/api\/x\?n=\d HTTP\/1\.1$/m);
		}
	});

	it('is compared with a recording of an earlier one, and its rows go two ways', async () => {
		const recording = join(folder, 'before.ciqrec');
		const failed = join(folder, 'all.json');
		const first = await watch('| stat count()', ['--record', recording]);
		assert.equal(first.stdout, '{"count":6}\n', first.stderr);
		const { stdout, stderr } = await watch(
			`| tee { select path | to json "${failed}" } | diff count() { from "${recording}" where side == "server" } by path`,
		);
		assert.equal(stdout, '{"path":"/api/x","count_before":6,"count_after":3,"count_change":-0.5}\n', stderr);
		assert.equal(readFileSync(failed, 'utf8'), '{"path":"/api/x"}\n'.repeat(6));
		assert.match(stderr, /12 exchanges, nothing lost/);
	});
});
