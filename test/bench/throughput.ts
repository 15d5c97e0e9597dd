/*
 * What tracing costs nginx: requests per second with and without, in alternating slices of the same length, next to what
 * an engineer would use instead. `--only=TEXT` runs the rows whose name has TEXT; `--both-ends` watches wrk, too, which
 * runs on this machine. Each traced slice is compared with the untraced one right before or behind it: the speed of
 * virtual machines drifts by more than tracing costs. BPF time is the kernel's count, without what it counts of a program
 * that does nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wrk } from '../support/load.ts';
import { startNginx } from '../support/nginx.ts';
import { benchArguments } from './arguments.ts';
import { type BpfCost, bpfCost } from './bpf-cost.ts';
import { cpuTime, stopBpfStats } from './bpf-stats.ts';
import { median } from './measure.ts';
import { ownTracers } from './own-tracers.ts';
import { peerTracers } from './peer-tracers.ts';
import { NOTHING_LOST, type Tracer } from './tracer.ts';

const ROUNDS = 4;
const SECONDS = 2;
/** Written by nginx, not sent as a file: whoever looks at system calls does not see the bytes of sendfile. */
const PAGE = '/copied/';
/** The kernel's count slows the programs that it counts: so it has slices of its own, in the first rounds. */
const BPF_ROUNDS = 2;
const BPF_SECONDS = 1;

interface Slice {
	readonly requests: number;
	/** µs for each request. */
	readonly user: number;
	readonly system: number;
	readonly bpf: BpfCost | null;
	readonly lost: string;
}

async function tracedSlice(tracer: Tracer, port: number, connections: number, countBpf: boolean): Promise<Slice> {
	const tracing = await tracer.start();
	const before = cpuTime(tracing.pid);
	const requests = await wrk(port, PAGE, connections, SECONDS);
	// What is in the ring belongs to these requests.
	await sleep(100);
	const after = cpuTime(tracing.pid);
	let counted = 0;
	let bpf: BpfCost | null = null;
	if (countBpf && tracer.usesBpf) {
		const count = await bpfCost(tracing.pid, () => wrk(port, PAGE, connections, BPF_SECONDS));
		counted = count.requests;
		bpf = count.cost;
	}
	return {
		requests,
		user: (after.user - before.user) / requests,
		system: (after.system - before.system) / requests,
		bpf,
		lost: await tracing.stop(requests + counted),
	};
}

interface Row {
	readonly ratios: number[];
	readonly slices: Slice[];
}

/** One slice of each tracer, in the order untraced, traced, traced, untraced, …; `rows` takes what was seen. */
async function runRound(
	tracers: readonly Tracer[],
	port: number,
	connections: number,
	round: number,
	rows: Map<string, Row>,
) {
	let untraced = await wrk(port, PAGE, connections, SECONDS);
	for (const [index, tracer] of tracers.entries()) {
		const slice = await tracedSlice(tracer, port, connections, round < BPF_ROUNDS);
		if (index % 2 === 1) untraced = await wrk(port, PAGE, connections, SECONDS);
		const row = rows.get(tracer.name) ?? { ratios: [], slices: [] };
		row.ratios.push(slice.requests / untraced);
		row.slices.push(slice);
		rows.set(tracer.name, row);
	}
}

function describe({ ratios, slices }: Row): string {
	const of = (part: (slice: Slice) => number | null) => {
		const values = slices.map(part).filter((value) => value !== null);
		return (values.length === 0 ? '-' : median(values).toFixed(2)).padStart(6);
	};
	const losing = slices.map(({ lost }) => lost).filter((lost) => lost !== NOTHING_LOST);
	return [
		`${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
		`${Math.round(median(slices.map(({ requests }) => requests / SECONDS)))}`.padStart(10),
		of(({ bpf }) => bpf?.net ?? null),
		of(({ bpf }) => bpf?.runs ?? null),
		of(({ user }) => user),
		of(({ system }) => system),
		`  ${losing.length === 0 ? NOTHING_LOST : `lost in ${losing.length} of ${slices.length}: ${losing.at(-1)}`}`,
	].join(' ');
}

const { wanted, bothEnds } = benchArguments();
stopBpfStats();
const nginx = await startNginx();
try {
	const master = readFileSync(join(nginx.root, 'nginx.pid'), 'utf8').trim();
	const workers = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ').map(Number);
	const { peers, absent } = peerTracers(nginx.port, workers);
	const own = ownTracers(`${bothEnds ? 'server_port' : 'local_port'} == ${nginx.port}`);
	const tracers = [...own, ...peers].filter(({ name }) => wanted(name));
	for (const line of absent) console.log(line);
	for (const connections of [2, 64]) {
		const rows = new Map<string, Row>();
		for (let round = 0; round < ROUNDS; round++) await runRound(tracers, nginx.port, connections, round, rows);
		console.log(
			`nginx, ${connections} connections, ${ROUNDS} slices of ${SECONDS} s each; ${bothEnds ? 'both ends' : "nginx's end"} watched; µs for each request:`,
		);
		console.log(`  ${''.padEnd(18)}traced/untraced     requests/s    BPF   runs   user system`);
		for (const [name, row] of rows) console.log(`  ${name.padEnd(18)}${describe(row)}`);
	}
} finally {
	await nginx.stop();
}
