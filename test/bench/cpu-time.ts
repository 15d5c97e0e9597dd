import { readFileSync } from 'node:fs';

/** Clock ticks of proc_pid_stat(5) in µs: AT_CLKTCK is 100. */
const TICK_US = 10_000;

/** µs of user and of system time. */
export interface CpuTime {
	readonly user: number;
	readonly system: number;
}

/** The fields `first` and the next of proc_pid_stat(5), counted from 1 as there. */
function readTimes(pid: number | 'self', first: number): CpuTime {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return { user: Number(fields[first - 3]) * TICK_US, system: Number(fields[first - 2]) * TICK_US };
}

/** What a process has had (utime, stime). */
export const cpuTime = (pid: number): CpuTime => readTimes(pid, 14);

/** What the children of this process have had that have ended (cutime, cstime). */
export const childrenTime = (): CpuTime => readTimes('self', 16);
