/* Start-up: CPU of `-e` on a small recording over an empty Node of the same version, and how soon a live query captures. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { claudeinsight, LAUNCHER, ROOT } from '../support/tool.ts';
import { cpuInTurn, median } from './measure.ts';

const ROUNDS = 15;
const LIVE_ROUNDS = 9;
const recording = join(ROOT, 'examples/shop.ciqrec');
const main = join(ROOT, 'dist/main.cjs');
const snapshot = join(ROOT, 'dist/main.snapshot');
const bundle = [process.execPath, main];
const [, flags = ''] = /exec "\$root\/dist\/node" (--.+?) --snapshot-blob/.exec(readFileSync(LAUNCHER, 'utf8')) ?? [];
/** As the launcher starts it. */
const started = existsSync(snapshot)
	? [
			'env',
			'GLIBC_TUNABLES=glibc.malloc.hugetlb=1',
			process.execPath,
			...flags.split(' '),
			'--snapshot-blob',
			snapshot,
			main,
		]
	: bundle;
const records = ['-e', `from "${recording}" | head 1`];
const grouped = ['-e', `from "${recording}" http | stat by remote_ip slow 5s`];
const cpu = cpuInTurn(
	{
		empty: [process.execPath, '-e', '0'],
		head: [...started, ...records],
		stat: [...started, ...grouped],
		launcher: [LAUNCHER, ...records],
		bundle: [...bundle, ...records],
	},
	ROUNDS,
);
const over = (seconds: number) =>
	`${seconds.toFixed(3)} s, ${((seconds - cpu.empty) * 1000).toFixed(0)} ms over an empty node, ratio ${(seconds / cpu.empty).toFixed(2)}`;
console.log(`start-up on a small recording, CPU, median of ${ROUNDS}:`);
console.log(`  empty node                 ${cpu.empty.toFixed(3)} s`);
console.log(`  -e 'from … | head 1'       ${over(cpu.head)}`);
console.log(`  the same by the launcher   ${over(cpu.launcher)}`);
console.log(`  the same without snapshot  ${over(cpu.bundle)}`);
console.log(`  -e 'from … | stat … slow'  ${over(cpu.stat)}`);

/** Milliseconds from the start of the launcher until it captures, and until the first exchange after that is printed. */
async function liveStart(port: number): Promise<{ attached: number; row: number }> {
	const start = performance.now();
	const running = claudeinsight(['-e', `watch http where local_port == ${port} | head 1`]);
	await running.saw(/capturing/);
	const attached = performance.now() - start;
	await (await fetch(`http://127.0.0.1:${port}/`)).text();
	await running.saw(/\n.*\{|^\{/);
	const row = performance.now() - start;
	await running.finished;
	return { attached, row };
}

const server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;
const live: { attached: number; row: number }[] = [];
for (let round = 0; round < LIVE_ROUNDS; round++) live.push(await liveStart(port));
server.close();
server.closeAllConnections();
const ms = (pick: (one: (typeof live)[number]) => number): string => `${median(live.map(pick)).toFixed(0)} ms`;
console.log(`live, by the launcher, median of ${LIVE_ROUNDS}:`);
console.log(`  until it captures          ${ms(({ attached }) => attached)}`);
console.log(`  until the first row        ${ms(({ row }) => row)}, its request sent as soon as it captures`);
