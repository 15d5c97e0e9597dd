import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { pcap } from '../capture/pcap/files.ts';
import { MAIN } from './program.ts';

let folder: string;
before(() => {
	folder = mkdtempSync(join(tmpdir(), 'ciq-pipes-'));
});
after(() => rmSync(folder, { recursive: true }));

/** A bound for a loaded machine: a writer that is waited for never ends. */
const AT_ONCE_MS = 2_000;

/** Whether some thread of the process waits in the open of a pipe, or it holds the pipe. */
const isWaiting = (pid: number, path: string): boolean => {
	// Threads and descriptors come and go while they are listed, of which ls and cat complain.
	const { stdout } = spawnSync('sh', ['-c', 'cat /proc/$0/task/*/wchan; ls -l /proc/$0/fd', String(pid)], {
		encoding: 'utf8',
	});
	return stdout.includes(path) || /wait_for_partner|fifo_open/.test(stdout);
};

const INPUTS: Readonly<Record<string, Buffer | null>> = {
	'nobody has opened': null,
	'nothing came through': Buffer.alloc(0),
	'less than a header came through': pcap([]).subarray(0, 10),
	'a header came through': pcap([]),
	'a part of gzip came through': gzipSync(pcap([])).subarray(0, 15),
	'the beginning of a log came through': Buffer.from('{"start_time":"'),
};

for (const [at, [what, bytes]] of Object.entries(INPUTS).entries())
	test(`Ctrl-C ends a query on a pipe that ${what}`, async (t) => {
		const path = join(folder, `fifo${at}`);
		execFileSync('mkfifo', [path]);
		const child = spawn(process.execPath, [MAIN, '-e', `from "${path}" http`], { stdio: ['ignore', 'pipe', 'pipe'] });
		t.after(() => child.kill('SIGKILL'));
		let said = '';
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			said += text;
		});
		if (bytes !== null) {
			const writer = openSync(path, 'r+');
			t.after(() => closeSync(writer));
			writeSync(writer, bytes);
		}
		const { pid = 0 } = child;
		while (child.exitCode === null && !isWaiting(pid, path)) await sleep(50);
		await sleep(200);
		const asked = performance.now();
		child.kill('SIGINT');
		const [status] = await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
		assert.ok(performance.now() - asked < AT_ONCE_MS, `${performance.now() - asked} ms`);
		assert.equal(status, 130, said);
		assert.match(said, new RegExp(`^claudeinsight: nothing was read of ${path}\n$`));
	});
