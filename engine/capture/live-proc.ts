import { readdirSync, readFileSync } from 'node:fs';
import { PREEMPTING_KERNEL } from './live-control.ts';

/** Facts of /proc that the BPF programs cannot tell. A process may end at any moment: then there is no answer. */

const attempt = <T>(read: () => T): T | null => {
	try {
		return read();
	} catch {
		return null;
	}
};

const processIds = (): number[] =>
	(attempt(() => readdirSync('/proc')) ?? []).filter((name) => /^\d+$/.test(name)).map(Number);

/** Fields of /proc/PID/stat from the third on, that is after the name, which may itself hold ") ". See proc_pid_stat(5). */
function statFields(pid: number): string[] | null {
	const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
	return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

const PARENT_FIELD = 4 - 3;
const FLAGS_FIELD = 9 - 3;
const THREADS_FIELD = 20 - 3;

/** Of a thread that is about to end, or has ended (include/linux/sched.h). */
const PF_EXITING = 4;

/**
 * Whether the end of a process is still to come. It stays in /proc after that until its parent has heard of it; its first
 * thread may end before the others.
 */
export function isRunning(pid: number): boolean {
	const fields = statFields(pid);
	if (fields === null) return false;
	return (Number(fields[FLAGS_FIELD]) & PF_EXITING) === 0 || Number(fields[THREADS_FIELD]) > 1;
}

/**
 * The descendants of `roots`, each with the clauses of its ancestors. Call it when the fork hook already knows the roots:
 * what is started later is the hook's, and what was started before is in /proc.
 */
export function findDescendants(roots: ReadonlyMap<number, number>): Map<number, number> {
	const clauses = new Map(roots);
	// Again until nothing is new: a child may have been started by a process that was found only after it was passed.
	for (let changed = true; changed; ) {
		changed = false;
		for (const pid of processIds()) {
			const inherited = clauses.get(Number(statFields(pid)?.[PARENT_FIELD])) ?? 0;
			const own = clauses.get(pid) ?? 0;
			if ((inherited & ~own) === 0) continue;
			clauses.set(pid, own | inherited);
			changed = true;
		}
	}
	return clauses;
}

/** Whether the kernel preempts programs of tracepoints. */
export function preemptsPrograms(): boolean {
	const [major = 0, minor = 0] = (attempt(() => readFileSync('/proc/sys/kernel/osrelease', 'latin1')) ?? '')
		.split('.')
		.map((part) => Number.parseInt(part, 10));
	return (major << 16) + (minor << 8) >= PREEMPTING_KERNEL;
}
