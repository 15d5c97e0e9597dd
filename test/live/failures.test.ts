import assert from 'node:assert/strict';
import {
	copyFileSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { curlMany } from '../support/load.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { WITHOUT_ROOT } from '../support/nobody.ts';
import { claudeinsight, type Finished, LAUNCHER, ROOT, start } from '../support/tool.ts';

let nginx: Nginx;
let folder: string;
before(async () => {
	nginx = await startNginx();
	folder = mkdtempSync(join(tmpdir(), 'ciq-failures-'));
});
after(async () => {
	await nginx.stop();
	rmSync(folder, { recursive: true });
});

function oneClearMessage({ stderr, status }: Finished, expected: number, pattern: RegExp): void {
	assert.equal(status, expected, stderr);
	assert.match(stderr, pattern);
	assert.doesNotMatch(stderr, /^\s+at .*[:(]\d/m, 'no stack trace');
	assert.ok(stderr.trim().split('\n').length <= 8, `short: ${stderr}`);
}

const watch = () => `watch http where local_port == ${nginx.port}`;

test('without root', async () => {
	const [command, ...options] = WITHOUT_ROOT;
	oneClearMessage(await start(command, [...options, LAUNCHER, '-e', watch()]).finished, 3, /needs root/);
});

for (const files of [32, 48, 60])
	test(`when only ${files} files may be open`, async () => {
		const tool = start('prlimit', [`--nofile=${files}`, LAUNCHER, '-e', watch()]);
		oneClearMessage(await tool.finished, 1, /files, more than the limit here: raise it \(ulimit -n\)/);
	});

/** A copy of what is built, in which a part is broken: what a machine without it would have. */
function brokenCopy(name: string, broken: string): string[] {
	const copy = join(folder, name);
	mkdirSync(join(copy, 'dist'), { recursive: true });
	cpSync(join(ROOT, 'dist'), join(copy, 'dist'), { recursive: true });
	cpSync(join(ROOT, 'stdlib'), join(copy, 'stdlib'), { recursive: true });
	copyFileSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
	writeFileSync(join(copy, 'dist', broken), 'this is not what it should be');
	return [join(copy, 'dist', 'main.cjs'), '-e', watch()];
}

test('when the addon does not load', async () => {
	oneClearMessage(await start(process.execPath, brokenCopy('addon', 'addon.node')).finished, 3, /addon/);
});

test('when the BPF object does not load', async () => {
	oneClearMessage(await start(process.execPath, brokenCopy('bpf', 'socket.bpf.o')).finished, 3, /socket\.bpf\.o|BPF/);
});

test('a misspelt field', async () => {
	const end = await claudeinsight(['-e', 'watch http where pathh ~ "/api"']).finished;
	oneClearMessage(end, 2, /error\[CIQ3\d\d\].*pathh[\s\S]*\^\^\^\^\^ did you mean `path`\?/);
});

test('a recording that is torn opens up to its last whole event and says what is missing', async () => {
	const torn = join(folder, 'torn.ciqrec');
	copyFileSync(join(ROOT, 'examples/shop.ciqrec'), torn);
	truncateSync(torn, readFileSync(torn).length - 37);
	const end = await claudeinsight(['-e', `from "${torn}" http | stat count()`]).finished;
	assert.ok(JSON.parse(end.stdout).count > 0);
	oneClearMessage(end, 0, /torn/);
});

test('a disk that is full ends the recording at the last whole event, says so, and the query goes on', async () => {
	const small = join(folder, 'small');
	mkdirSync(small);
	const script = `mount -t tmpfs -o size=64k none "${small}" && "$@"; status=$?; cat "${small}/full.ciqrec" > "${folder}/full.ciqrec"; exit $status`;
	const args = ['-m', 'sh', '-c', script, 'sh', join(ROOT, 'claudeinsight')];
	const query = `${watch()} | head 500 | stat count()`;
	const tool = start('unshare', [...args, '-e', query, '--record', join(small, 'full.ciqrec')]);
	await tool.saw(/capturing/);
	await curlMany(nginx.port, '/api/fast', 500, 4);
	const end = await tool.finished;
	assert.equal(JSON.parse(end.stdout).count, 500);
	oneClearMessage(end, 1, /disk|space/i);
	const replay = await claudeinsight(['-e', `from "${folder}/full.ciqrec" http | stat count()`]).finished;
	assert.ok(JSON.parse(replay.stdout).count > 10, replay.stderr);
	assert.doesNotMatch(replay.stderr, /torn/);
});
