import { readdirSync, readFileSync } from 'node:fs';

/** Sends a signal to all processes of a group; false when there is none. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
	try {
		return process.kill(-group, signal);
	} catch {
		return false;
	}
}

/** Whether a process is of the group and not just waiting for its parent to take note of its end (proc(5), stat). */
function livesIn(group: number, pid: string): boolean {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		const [state, , of] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return Number(of) === group && state !== 'Z';
	} catch {
		return false;
	}
}

/** True while any process of the group runs. In a container nobody may reap orphans, and a signal still finds those. */
export const groupLives = (group: number): boolean =>
	signalGroup(group, 0) && readdirSync('/proc').some((name) => /^\d+$/.test(name) && livesIn(group, name));
