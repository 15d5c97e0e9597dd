/*
 * What a query costs for each request of an nginx that it watches: time in BPF programs, by the kernel's own count, and
 * CPU time of claudeinsight. The count itself adds 20 to 60 ns to each run of a program. Both ends of the connections are on this machine; `one end` captures that of nginx alone.
 * The last query matches nothing: what the requests of unrelated processes pay.
 * `--only=TEXT` runs the queries whose name has TEXT, `--mode=syscall` the other capture mode.
 */
import { wrk } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { LAUNCHER, start } from '../support/tool.ts';
import { benchArguments } from './arguments.ts';
import { bpfRuns, cpuTime, withBpfStats } from './bpf-stats.ts';
import { median } from './measure.ts';

const ROUNDS = 3;
const SECONDS = 2;

const nginx = await startNginx();
const ends = `watch http where server_port == ${nginx.port}`;
const { wanted, mode } = benchArguments();
const queries: Record<string, string> = {
	'heads, one end': `watch http where local_port == ${nginx.port} | stat count() by path`,
	'heads, both ends': `${ends} | stat count() by path`,
	'bodies, both ends': `${ends} | stat count(where response ~ "needle")`,
	'stages, both ends': `${ends} | stat count(), avg(remote_time) by path`,
	'matches nothing': 'watch http where local_port == 1 | stat count() by path',
};

interface Cost {
	readonly bpf: number;
	readonly runs: number;
	readonly user: number;
	readonly system: number;
	readonly complete: boolean;
}

async function costOf(query: string, connections: number): Promise<Cost> {
	const tool = start(LAUNCHER, [`--capture-mode=${mode}`, '-e', query]);
	await tool.saw(/capturing/);
	const before = cpuTime(tool.pid);
	const bpfBefore = bpfRuns(tool.pid);
	const requests = await withBpfStats(() => wrk(nginx.port, '/', connections, SECONDS));
	const bpfAfter = bpfRuns(tool.pid);
	const after = cpuTime(tool.pid);
	tool.child.kill('SIGINT');
	const { stderr } = await tool.finished;
	return {
		bpf: (bpfAfter.ns - bpfBefore.ns) / 1000 / requests,
		runs: (bpfAfter.runs - bpfBefore.runs) / requests,
		user: (after.user - before.user) / requests,
		system: (after.system - before.system) / requests,
		complete: /nothing lost/.test(stderr),
	};
}

for (const connections of [2, 64]) {
	const costs: Record<string, Cost[]> = {};
	for (let round = 0; round < ROUNDS; round++) {
		for (const [name, query] of Object.entries(queries).filter(([name]) => wanted(name))) {
			costs[name] ??= [];
			costs[name].push(await costOf(query, connections));
		}
	}
	console.log(
		`${connections} connections, ${mode} mode, µs for each request, median of ${ROUNDS} rounds of ${SECONDS} s:`,
	);
	for (const [name, all] of Object.entries(costs)) {
		const of = (part: 'bpf' | 'runs' | 'user' | 'system') => median(all.map((cost) => cost[part])).toFixed(2);
		const lost = all.filter(({ complete }) => !complete).length;
		console.log(
			`  ${name.padEnd(18)} BPF ${of('bpf')} in ${of('runs')} runs, claudeinsight user ${of('user')} system ${of('system')}; ${lost === 0 ? 'nothing lost' : `lost in ${lost} rounds`}`,
		);
	}
}
await nginx.stop();
