import { wrk } from '../support/load.ts';
import { childrenTime, cpuTime } from './cpu-time.ts';

/** The nginx that is asked, and by how many connections. */
export interface Load {
	readonly port: number;
	readonly worker: number;
	readonly connections: number;
	readonly page: string;
}

export interface LoadSlice {
	readonly requests: number;
	/** CPU time of nginx and wrk, µs for each request. */
	readonly cpu: number;
}

const total = (pid: number): number => {
	const nginx = cpuTime(pid);
	const wrks = childrenTime();
	return nginx.user + nginx.system + wrks.user + wrks.system;
};

/** Full load for `seconds`. No other child of this process may end meanwhile. */
export async function loadSlice({ port, worker, connections, page }: Load, seconds: number): Promise<LoadSlice> {
	const before = total(worker);
	const requests = await wrk(port, page, connections, seconds);
	return { requests, cpu: (total(worker) - before) / requests };
}
