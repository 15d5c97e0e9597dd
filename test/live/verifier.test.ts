import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { test } from 'node:test';
import { openCapture } from '../../addon/index.ts';
import type { CaptureDemand } from '../../engine/capture/demand.ts';
import { HOOKS, hooksBeyond, kernelNeeds } from '../../engine/capture/live-hooks.ts';
import { openKernel } from '../../engine/capture/live-kernel.ts';
import { STAGE_PARTS } from '../../engine/exchange/stage-parts.ts';
import { demandFor } from '../support/capture-live.ts';
import { MODE } from '../support/capture-mode.ts';

/**
 * Instructions that the kernel's verifier may follow before a capture begins: some 2 to 3 µs each. The objects need
 * 41,100 and 43,500; the most that one program needs is 15,000 (sys_exit).
 */
const MOST = 44_500;
const MOST_OF_A_PROGRAM = 16_000;

/** `verified_insns` of the programs that this process holds (proc_pid_fdinfo(5), Linux 5.16), by their ids. */
function verifiedInstructions(): number[] {
	const programs = new Map<string, number>();
	for (const fd of readdirSync('/proc/self/fdinfo')) {
		let text = '';
		try {
			text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
		} catch {
			// The descriptor of the folder itself.
		}
		const [, id, count] = /^prog_id:\s*(\d+)$.*^verified_insns:\s*(\d+)$/ms.exec(text) ?? [];
		if (id !== undefined) programs.set(id, Number(count));
	}
	return [...programs.values()].sort((a, b) => b - a);
}

/** Each release counts otherwise; 5.15 does not. */
const skip = !release().startsWith('6.18.') && 'the bounds are those of Linux 6.18';

test('the programs do not keep the verifier, and so the start of a capture, for long', { skip }, () => {
	const capture = openCapture(1 << 20, kernelNeeds(MODE), { without: HOOKS[MODE].again });
	try {
		const counts = verifiedInstructions();
		const all = `most first: ${counts.join(', ')}`;
		assert.ok(counts.length > 10, all);
		assert.ok(Math.max(...counts) <= MOST_OF_A_PROGRAM, all);
		assert.ok(counts.reduce((sum, count) => sum + count, 0) <= MOST, all);
	} finally {
		capture.close();
	}
});

test('what a capture will not be asked for is not loaded', { skip }, () => {
	const loadedFor = (most: CaptureDemand): number => {
		const kernel = openKernel(1 << 16, MODE, most);
		const { length } = verifiedInstructions();
		kernel.close();
		return length;
	};
	const few = demandFor([], 0);
	const all: CaptureDemand = { ...demandFor([], Number.POSITIVE_INFINITY, STAGE_PARTS), connections: true };
	assert.equal(loadedFor(all) - loadedFor(few), hooksBeyond(MODE, few).length);
	assert.deepEqual(hooksBeyond(MODE, all), []);
	assert.ok(hooksBeyond(MODE, few).length > 5);
});
