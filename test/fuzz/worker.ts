import { parentPort, workerData } from 'node:worker_threads';
import { casesOf } from './cases.ts';
import { Fuzzer } from './fuzzer.ts';
import type { Report, Task } from './supervise.ts';
import { Finding } from './target.ts';
import { TARGETS } from './targets/registry.ts';

/* One target in a thread of its own, so that a loop without end can be seen from outside. */

const task: Task = workerData;
const counters = new Int32Array(task.shared, 0, 2);
const current = new Uint8Array(task.shared, counters.byteLength);

const report = (message: Report): void => parentPort?.postMessage(message);

const announce = (input: Uint8Array): void => {
	current.set(input.subarray(0, current.length));
	Atomics.store(counters, 1, input.length);
	Atomics.add(counters, 0, 1);
};

const target = TARGETS.find(({ name }) => name === task.target);
if (target === undefined) throw new Error(`no target ${task.target}`);
const fuzzer = new Fuzzer(target, task.seed, announce);
const until = Date.now() + task.seconds * 1000;
try {
	await fuzzer.begin([...target.seeds(), ...casesOf(target.name)]);
	while (fuzzer.progress.runs < task.runs && Date.now() < until) await fuzzer.batch();
	report({ progress: fuzzer.progress });
} catch (error) {
	if (!(error instanceof Finding)) throw error;
	report({ progress: fuzzer.progress, finding: { message: error.message, input: error.input } });
}
