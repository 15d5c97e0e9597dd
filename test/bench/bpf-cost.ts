import { bpfRuns, withBpfStats } from './bpf-stats.ts';
import { attachEmpty } from './empty-programs.ts';

/** What the programs of a process take for each request. */
export interface BpfCost {
	/** µs as the kernel counts them, and without what it counts of a program that does nothing. */
	readonly counted: number;
	readonly net: number;
	readonly runs: number;
}

/** Of a run of the empty program: the least of all slices, for an interruption of a run counts as well. */
let emptyNs = Number.POSITIVE_INFINITY;

/** Counts what the programs of a process cost while `load` makes requests and says how many. */
export async function bpfCost(pid: number, load: () => Promise<number>): Promise<{ cost: BpfCost; requests: number }> {
	// Where data comes in: shows what the count itself takes.
	const empty = attachEmpty(['tcp_probe']);
	try {
		const before = bpfRuns(pid);
		const requests = await withBpfStats(load);
		const after = bpfRuns(pid);
		const runs = after.runs - before.runs;
		const ns = after.ns - before.ns;
		const idle = bpfRuns(process.pid);
		if (idle.runs > 0) emptyNs = Math.min(emptyNs, idle.ns / idle.runs);
		const cost = {
			counted: ns / 1000 / requests,
			net: (ns - runs * emptyNs) / 1000 / requests,
			runs: runs / requests,
		};
		return { cost, requests };
	} finally {
		empty.close();
	}
}
