/* User-space time per exchange: a recording of 100,000 real exchanges against the floor of floor.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { curlMany } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { claudeinsight, jsonLines, LAUNCHER } from '../support/tool.ts';
import { bundled } from './bundled.ts';
import { cpuInTurn, cpuSeconds } from './measure.ts';

const EXCHANGES = 100_000;
const ROUNDS = 7;

const folder = mkdtempSync(join(tmpdir(), 'ciq-bench-'));
const file = join(folder, 'bench.ciqrec');
const nginx = await startNginx();
const recorder = claudeinsight(
	['-e', `watch http where local_port == ${nginx.port} | stat count()`, '--record', file],
	{ limitMs: 180_000 },
);
await recorder.saw(/capturing/);
await curlMany(nginx.port, '/api/fast', EXCHANGES, 16);
await sleep(500);
recorder.child.kill('SIGINT');
const recorded = await recorder.finished;
await nginx.stop();
assert.equal(jsonLines(recorded.stdout)[0].count, EXCHANGES, recorded.stderr);

const floor = [process.execPath, bundled('floor.ts', folder), file];
const query = [LAUNCHER, '-e', `from "${file}" http | stat count(), p99(latency) by path`];
const read = [
	process.execPath,
	'-e',
	`const fs=require('fs'),b=Buffer.alloc(1<<20),f=fs.openSync(${JSON.stringify(file)});while(fs.readSync(f,b)>0);`,
];
const answers = [floor, query].map((command) => {
	const row = jsonLines(cpuSeconds(command).stdout)[0];
	return { path: row.path, count: row.count };
});
assert.deepEqual(answers[1], answers[0], 'both give the same answer');

const cpu = cpuInTurn({ empty: [process.execPath, '-e', '0'], read, floor, query }, ROUNDS);
const perExchange = (seconds: number) => `${((seconds / EXCHANGES) * 1e6).toFixed(2)} µs an exchange`;
console.log(
	`recording of ${EXCHANGES} exchanges, ${(statSync(file).size / 1e6).toFixed(0)} MB, CPU seconds, median of ${ROUNDS}:`,
);
console.log(`  empty node                ${cpu.empty.toFixed(3)}`);
console.log(`  reading the file          ${cpu.read.toFixed(3)}`);
console.log(
	`  floor, written by hand    ${cpu.floor.toFixed(3)}   ${perExchange(cpu.floor - cpu.empty)} over an empty node`,
);
console.log(
	`  claudeinsight             ${cpu.query.toFixed(3)}   ${perExchange(cpu.query - cpu.empty)} over an empty node`,
);
console.log(`  ratio to the floor        ${(cpu.query / cpu.floor).toFixed(2)}`);
rmSync(folder, { recursive: true });
