import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Progress } from './fuzzer.ts';
import type { Target } from './target.ts';

/** No input runs for so long, on any machine: it is a loop without end. Looking for growth takes some seconds. */
const STUCK_MS = 60_000;
const LOOK_MS = 1000;

/** The largest input, with room for seeds that are larger than what mutation makes. */
const MAX_INPUT_BYTES = 1 << 22;

/** What a thread is to do: whichever limit comes first. */
export interface Task {
	readonly target: string;
	readonly seed: number;
	readonly runs: number;
	readonly seconds: number;
	/** A counter of inputs, the length of the present one, its bytes. */
	readonly shared: SharedArrayBuffer;
}

export interface Report {
	readonly progress: Progress | null;
	readonly finding?: { readonly message: string; readonly input: Uint8Array };
}

/** Runs a target in a thread; gives how far it came, and what it found. */
export const supervise = async ({ name }: Target, limits: Pick<Task, 'seed' | 'runs' | 'seconds'>): Promise<Report> => {
	const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT + MAX_INPUT_BYTES);
	const counters = new Int32Array(shared, 0, 2);
	// A thread that is terminated removes nothing itself.
	const folder = mkdtempSync(join(tmpdir(), 'ciq-fuzz-'));
	const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
		env: { ...process.env, TMPDIR: folder },
		workerData: { target: name, ...limits, shared } satisfies Task,
	});
	let count = -1;
	let since = Date.now();
	const stuck = Promise.withResolvers<Report>();
	const watch = setInterval(() => {
		const now = Atomics.load(counters, 0);
		if (now !== count) since = Date.now();
		count = now;
		if (Date.now() - since < STUCK_MS) return;
		const input = new Uint8Array(shared, counters.byteLength, Atomics.load(counters, 1)).slice();
		stuck.resolve({ progress: null, finding: { message: `${name}: does not end`, input } });
	}, LOOK_MS);
	try {
		const [report] = await Promise.race([once(worker, 'message'), stuck.promise.then((found) => [found])]);
		return report;
	} finally {
		clearInterval(watch);
		await worker.terminate();
		rmSync(folder, { recursive: true });
	}
};
