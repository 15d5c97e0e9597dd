import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../addon/index.ts';
import { ROOT } from '../support/tool.ts';
import { bpfRuns, type Runs, withBpfStats } from './bpf-stats.ts';

/** A program that does nothing, attached where data comes in (empty.bpf.c): shows what the count itself takes. */
function attachEmpty(): { readonly runs: Runs; close(): void } {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-bench-'));
	const object = join(folder, 'empty.bpf.o');
	const source = join(import.meta.dirname, 'empty.bpf.c');
	execFileSync('clang', [
		'-target',
		'bpf',
		'-mcpu=v3',
		'-O2',
		'-g',
		`-I${join(ROOT, 'bpf')}`,
		'-c',
		source,
		'-o',
		object,
	]);
	const needs = { object: 'empty.bpf.o', since: '', hooks: ['tcp_probe'], optional: [], functions: [] };
	const capture = openCapture(4096, needs, { object: readFileSync(object) });
	rmSync(folder, { recursive: true });
	capture.attach('empty');
	return {
		get runs() {
			return bpfRuns(process.pid);
		},
		close: () => capture.close(),
	};
}

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
	const empty = attachEmpty();
	try {
		const before = bpfRuns(pid);
		const requests = await withBpfStats(load);
		const after = bpfRuns(pid);
		const runs = after.runs - before.runs;
		const ns = after.ns - before.ns;
		const idle = empty.runs;
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
