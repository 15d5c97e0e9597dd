/*
 * What a query costs for each request of an nginx that it watches: runs of BPF programs and the time in them, by the
 * kernel's own count and without what that counts of a program that does nothing, and the CPU time of claudeinsight.
 * `one end` captures nginx's, `both ends` that of wrk on the same machine, too. What matches nothing shows what the
 * requests of unrelated processes pay. `--only=TEXT` runs the queries whose name has TEXT, `--mode=syscall` the other
 * capture mode.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { wrk } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { LAUNCHER, start } from '../support/tool.ts';
import { benchArguments } from './arguments.ts';
import { type BpfCost, bpfCost } from './bpf-cost.ts';
import { stopBpfStats } from './bpf-stats.ts';
import { cpuTime } from './cpu-time.ts';
import { median } from './measure.ts';

const ROUNDS = 2;
const SECONDS = 1;
/** A second before, which is not counted: V8 compiles what is hot. */
const WARM_SECONDS = 1;

const { wanted, mode } = benchArguments();
stopBpfStats();
const nginx = await startNginx();
const own = `watch http where local_port == ${nginx.port}`;
const ends = `watch http where server_port == ${nginx.port}`;
const byPath = '| stat count() by path';
const allStages =
	'| stat count(), avg(socket_time), avg(copy_time), avg(remote_time), max(rtt), sum(retransmits) by path';
const queries: Record<string, { query: string; page?: string }> = {
	'heads, one end': { query: `${own} ${byPath}` },
	'heads, by sendfile': { query: `${own} ${byPath}`, page: '/' },
	'heads, both ends': { query: `${ends} ${byPath}` },
	'bodies, one end': { query: `${own} | stat count(where response ~ "needle")` },
	'socket time, one end': { query: `${own} | stat count(), avg(socket_time) by path` },
	'stages, one end': { query: `${own} ${allStages}` },
	'nothing, by port': { query: `watch http where local_port == 1 ${byPath}` },
	'nothing, by pid': { query: `watch http where pid == ${process.pid} ${byPath}` },
	'nothing, stages': { query: `watch http where local_port == 1 ${allStages}` },
};

interface Cost extends BpfCost {
	readonly user: number;
	readonly system: number;
	readonly complete: boolean;
}

async function costOf(query: string, page: string, connections: number): Promise<Cost> {
	const tool = start(LAUNCHER, [`--capture-mode=${mode}`, '-e', query]);
	await tool.saw(/capturing/);
	await wrk(nginx.port, page, connections, WARM_SECONDS);
	const before = cpuTime(tool.pid);
	const { cost, requests } = await bpfCost(tool.pid, () => wrk(nginx.port, page, connections, SECONDS));
	// What is in the ring belongs to these requests.
	await sleep(100);
	const after = cpuTime(tool.pid);
	tool.child.kill('SIGINT');
	const { stderr } = await tool.finished;
	return {
		...cost,
		user: (after.user - before.user) / requests,
		system: (after.system - before.system) / requests,
		complete: /nothing lost/.test(stderr),
	};
}

try {
	for (const connections of [2, 64]) {
		const costs: Record<string, Cost[]> = {};
		for (let round = 0; round < ROUNDS; round++) {
			for (const [name, { query, page }] of Object.entries(queries).filter(([name]) => wanted(name))) {
				costs[name] ??= [];
				costs[name].push(await costOf(query, page ?? '/copied/', connections));
			}
		}
		console.log(
			`${connections} connections, ${mode} mode, µs for each request, median of ${ROUNDS} slices of ${SECONDS} s:`,
		);
		console.log(`  ${''.padEnd(22)}   BPF counted  runs    user system`);
		for (const [name, all] of Object.entries(costs)) {
			const of = (part: keyof BpfCost | 'user' | 'system', width: number) =>
				median(all.map((cost) => cost[part]))
					.toFixed(2)
					.padStart(width);
			const lost = all.filter(({ complete }) => !complete).length;
			console.log(
				`  ${name.padEnd(22)}${of('net', 6)} ${of('counted', 7)} ${of('runs', 5)} ${of('user', 7)} ${of('system', 6)}  ${lost === 0 ? 'nothing lost' : `lost in ${lost} of ${all.length} slices`}`,
			);
		}
	}
} finally {
	await nginx.stop();
}
