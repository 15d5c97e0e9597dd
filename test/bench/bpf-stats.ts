import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SWITCH = '/proc/sys/kernel/bpf_stats_enabled';

/**
 * Holds the descriptor of bpf(2)'s BPF_ENABLE_STATS until its standard input ends: unlike the switch in /proc the kernel's
 * count cannot outlive the bench, and slow down all that is measured later.
 */
const COUNTER = `
import ctypes, platform, sys
call = {'x86_64': 321, 'aarch64': 280}[platform.machine()]
if ctypes.CDLL(None).syscall(call, 32, ctypes.create_string_buffer(64), 64) < 0: sys.exit('BPF_ENABLE_STATS failed')
print('counting', flush=True)
sys.stdin.read()
`;

/** Lets the kernel count the time of all BPF programs while `run` works. */
export async function withBpfStats<T>(run: () => Promise<T>): Promise<T> {
	const counter = spawn('python3', ['-c', COUNTER], { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = once(counter, 'close');
	await Promise.race([once(counter.stdout, 'data'), ended]);
	if (counter.exitCode !== null) throw new Error('the kernel does not count the time of BPF programs');
	try {
		return await run();
	} finally {
		counter.stdin.end();
		await ended;
	}
}

/** The count costs every run of a program 50 ns and more: whoever has left it on is overruled, in words. */
export function stopBpfStats(): void {
	if (readFileSync(SWITCH, 'utf8').trim() === '0') return;
	writeFileSync(SWITCH, '0');
	console.log('kernel.bpf_stats_enabled was on, which slows every BPF program down: it is off now');
}

/** Empty for a descriptor that has been closed meanwhile. */
function readFdInfo(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

export interface Runs {
	readonly ns: number;
	readonly runs: number;
}

/** What the BPF programs of a process have run so far, by their file descriptors (proc_pid_fdinfo(5)). */
export function bpfRuns(pid: number): Runs {
	const folder = `/proc/${pid}/fdinfo`;
	const programs = new Map<string, Runs>();
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
