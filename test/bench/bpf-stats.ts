import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

/** Lets the kernel count the time of all BPF programs while `run` works: about 20 ns a program run, so not for longer. */
export async function withBpfStats<T>(run: () => Promise<T>): Promise<T> {
	const before = readFileSync(SWITCH, 'utf8');
	writeFileSync(SWITCH, '1');
	try {
		return await run();
	} finally {
		writeFileSync(SWITCH, before);
	}
}

/** Empty for a descriptor that has been closed meanwhile. */
function readFdInfo(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

/** What the BPF programs of a process have run so far, by their file descriptors (proc_pid_fdinfo(5)). */
export function bpfRuns(pid: number): { ns: number; runs: number } {
	const folder = `/proc/${pid}/fdinfo`;
	const programs = new Map<string, { ns: number; runs: number }>();
	for (const fd of readdirSync(folder)) {
		const text = readFdInfo(`${folder}/${fd}`);
		const number = (name: string) => new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)?.[1];
		const id = number('prog_id');
		const ns = number('run_time_ns');
		// Links name their program too, but tell nothing of its runs.
		if (id === undefined || ns === undefined) continue;
		programs.set(id, { ns: Number(ns), runs: Number(number('run_cnt')) });
	}
	let ns = 0;
	let runs = 0;
	for (const program of programs.values()) {
		ns += program.ns;
		runs += program.runs;
	}
	return { ns, runs };
}

/** Clock ticks of proc_pid_stat(5) in µs: AT_CLKTCK is 100. */
const TICK_US = 10_000;

/** µs of user and of system time that a process has had. */
export function cpuTime(pid: number): { user: number; system: number } {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return { user: Number(fields[11]) * TICK_US, system: Number(fields[12]) * TICK_US };
}
