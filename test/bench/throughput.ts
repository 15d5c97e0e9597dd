/*
 * What tracing costs nginx: requests per second with and without, in alternating slices of the same length, next to
 * what an engineer would use instead. `--only=TEXT`, once or more, runs the rows whose name has TEXT; `--both-ends`
 * watches wrk, too, which runs on this machine; `--page=/` asks for a page that nginx sends by sendfile;
 * `--connections=N` and `--rounds=N` choose the load and how often. Each traced slice is compared with the untraced one
 * right before or behind it: the speed of virtual machines drifts by more than tracing costs. It comes behind seconds
 * of the same load that are told apart, in `first`: what V8 compiles then is not the price of a tracer that is left
 * running. BPF time is the kernel's count, without what it counts of a program that does nothing; `theirs` is what
 * nginx and wrk take more for a request than untraced: BPF, the way into it, and what is pushed out of their caches;
 * `added` is all of it, and can be compared between loads whose requests are not equally dear. Rows named `drained` are
 * captures whose events are thrown away: what is left of the price then is the kernel's part. Rows named `empty` are
 * the floor: programs that do nothing at the same places. Rows named `prototype` are the smallest capture there can be,
 * with all bytes and no analysis.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startNginx } from '../support/nginx.ts';
import { benchArguments } from './arguments.ts';
import { type BpfCost, bpfCost } from './bpf-cost.ts';
import { stopBpfStats } from './bpf-stats.ts';
import { type CpuTime, cpuTime } from './cpu-time.ts';
import { type Load, type LoadSlice, loadSlice } from './load-slice.ts';
import { median } from './measure.ts';
import { ownTracers } from './own-tracers.ts';
import { peerTracers } from './peer-tracers.ts';
import { prototypeTracers } from './prototype/tracers.ts';
import { NOTHING_LOST, type Tracer } from './tracer.ts';

const SECONDS = 2;
/** Nearly all is compiled by then. */
const FIRST_SECONDS = 4;
/** The kernel's count slows the programs that it counts: so it has slices of its own, in the first rounds. */
const BPF_ROUNDS = 1;
const BPF_SECONDS = 1;

interface Traced extends LoadSlice {
	/** User time of the seconds before; µs for each request, as the following. */
	readonly first: number;
	readonly user: number;
	readonly system: number;
	readonly bpf: BpfCost | null;
	readonly lost: string;
}

/** What a tracer took for a load, when all that was in its ring has been dealt with. */
async function watched(pid: number, load: Load, seconds: number): Promise<{ slice: LoadSlice; took: CpuTime }> {
	const before = cpuTime(pid);
	const slice = await loadSlice(load, seconds);
	await sleep(100);
	const after = cpuTime(pid);
	const each = (part: keyof CpuTime) => (after[part] - before[part]) / slice.requests;
	return { slice, took: { user: each('user'), system: each('system') } };
}

async function tracedSlice(tracer: Tracer, load: Load, countBpf: boolean): Promise<Traced> {
	const tracing = await tracer.start();
	const first = await watched(tracing.pid, load, FIRST_SECONDS);
	const { slice, took } = await watched(tracing.pid, load, SECONDS);
	let requests = first.slice.requests + slice.requests;
	let bpf: BpfCost | null = null;
	if (countBpf && tracer.usesBpf) {
		const count = await bpfCost(tracing.pid, async () => (await loadSlice(load, BPF_SECONDS)).requests);
		requests += count.requests;
		bpf = count.cost;
	}
	return { ...slice, ...took, first: first.took.user, bpf, lost: await tracing.stop(requests) };
}

interface Pair {
	readonly traced: Traced;
	readonly untraced: LoadSlice;
}

/** One slice of each tracer, in the order untraced, traced, traced, untraced, …; `rows` takes what was seen. */
async function runRound(tracers: readonly Tracer[], load: Load, round: number, rows: Map<string, Pair[]>) {
	let untraced = await loadSlice(load, SECONDS);
	for (const [index, tracer] of tracers.entries()) {
		const traced = await tracedSlice(tracer, load, round < BPF_ROUNDS);
		if (index % 2 === 1) untraced = await loadSlice(load, SECONDS);
		rows.set(tracer.name, [...(rows.get(tracer.name) ?? []), { traced, untraced }]);
	}
}

const COLUMNS = '  requests/s    BPF   runs theirs   user system  added  first';

function describe(pairs: readonly Pair[]): string {
	const of = (part: (pair: Pair) => number | undefined) => {
		const values = pairs.map(part).filter((value) => value !== undefined);
		return (values.length === 0 ? '-' : median(values).toFixed(2)).padStart(6);
	};
	const ratios = pairs.map(({ traced, untraced }) => traced.requests / untraced.requests);
	const losing = pairs.map(({ traced }) => traced.lost).filter((lost) => lost !== NOTHING_LOST);
	return [
		`${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
		`${Math.round(median(pairs.map(({ traced }) => traced.requests / SECONDS)))}`.padStart(10),
		of(({ traced }) => traced.bpf?.net),
		of(({ traced }) => traced.bpf?.runs),
		of(({ traced, untraced }) => traced.cpu - untraced.cpu),
		of(({ traced }) => traced.user),
		of(({ traced }) => traced.system),
		of(({ traced, untraced }) => traced.cpu - untraced.cpu + traced.user + traced.system),
		of(({ traced }) => traced.first),
		`  ${losing.length === 0 ? NOTHING_LOST : `lost in ${losing.length} of ${pairs.length}: ${losing.at(-1)}`}`,
	].join(' ');
}

function printRows(rows: Map<string, readonly Pair[]>, connections: number, ends: string): void {
	const untraced = [...rows.values()].flat().map((pair) => pair.untraced);
	const rate = Math.round(median(untraced.map(({ requests }) => requests / SECONDS)));
	const cpu = median(untraced.map((slice) => slice.cpu)).toFixed(1);
	console.log(`nginx, ${connections} connections, ${rounds} slices of ${SECONDS} s each; ${ends} watched;`);
	console.log(`untraced ${rate} requests/s, each ${cpu} µs of nginx and wrk; µs for each request:`);
	console.log(`  ${''.padEnd(21)}traced/untraced ${COLUMNS}`);
	for (const [name, pairs] of rows) console.log(`  ${name.padEnd(21)}${describe(pairs)}`);
}

const { wanted, bothEnds, page, connections: loads, rounds } = benchArguments();
stopBpfStats();
const nginx = await startNginx();
try {
	const { peers, absent } = peerTracers(nginx.port, nginx.workers);
	const own = ownTracers(`${bothEnds ? 'server_port' : 'local_port'} == ${nginx.port}`);
	const tracers = [...own, ...prototypeTracers(nginx.port, bothEnds), ...peers].filter(({ name }) => wanted(name));
	for (const line of absent) console.log(line);
	for (const connections of loads) {
		const load = { port: nginx.port, worker: nginx.workers[0], connections, page };
		const rows = new Map<string, Pair[]>();
		for (let round = 0; round < rounds; round++) await runRound(tracers, load, round, rows);
		printRows(rows, connections, bothEnds ? 'both ends' : "nginx's end");
	}
} finally {
	await nginx.stop();
}
