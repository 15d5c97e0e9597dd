import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const BPF = join(import.meta.dirname, '../../bpf');
const ARCH = process.arch === 'arm64' ? 'arm64' : 'x86';

/** Of all frames of a way through a program: MAX_BPF_STACK, MAX_CALL_FRAMES (include/linux/filter.h, bpf_verifier.h). */
const MOST_BYTES = 512;
const MOST_FRAMES = 8;

interface Frame {
	bytes: number;
	readonly calls: Set<string>;
}

/** Every function of an object with its stack and what it calls, callbacks included, from clang's assembly. */
function framesOf(source: string): Map<string, Frame> {
	const flags = ['-target', 'bpf', '-mcpu=v3', '-O2', '-g', '-Wall', `-D__TARGET_ARCH_${ARCH}`];
	const text = execFileSync('clang', [...flags, '-S', join(BPF, source), '-o', '-'], { maxBuffer: 1 << 28 }).toString();
	const names = [...text.matchAll(/^\s*\.type\s+(\w+),@function$/gm)].map(([, name]) => name);
	const frames = new Map(names.map((name): [string, Frame] => [name, { bytes: 0, calls: new Set() }]));
	let frame: Frame | undefined;
	for (const line of text.split('\n')) {
		frame = frames.get(/^(\w+):/.exec(line)?.[1] ?? '') ?? frame;
		if (frame === undefined) continue;
		const offset = /r10 - (\d+)|r\d+ \+= -(\d+)/.exec(line);
		const bytes = Number(offset?.[1] ?? offset?.[2] ?? 0);
		// A larger one is a calculation with something else.
		if (bytes <= MOST_BYTES) frame.bytes = Math.max(frame.bytes, bytes);
		const called = /call (\w+)|r\d+ = (\w+) ll/.exec(line);
		const name = called?.[1] ?? called?.[2] ?? '';
		if (frames.has(name)) frame.calls.add(name);
	}
	return frames;
}

/** The way from a function down that takes most stack, of which a frame takes at least one `step`. */
function deepest(frames: ReadonlyMap<string, Frame>, name: string, step: number): { bytes: number; way: string[] } {
	const frame = frames.get(name);
	assert.ok(frame, name);
	const below = [...frame.calls].map((called) => deepest(frames, called, step));
	const most = below.reduce((a, b) => (b.bytes > a.bytes ? b : a), { bytes: 0, way: [] });
	return { bytes: Math.ceil(Math.max(frame.bytes, 1) / step) * step + most.bytes, way: [name, ...most.way] };
}

/*
 * In what steps the verifier counts (round_up_stack_depth() in kernel/bpf/verifier.c): of 16 bytes in the kernels that
 * socket.bpf.c needs. The one of the tests may give large frames a stack of their own, and then does not look: so does
 * 6.13 on x86.
 */
const STEPS = { 'socket.bpf.c': 16, 'syscall.bpf.c': 32 };

for (const [source, step] of Object.entries(STEPS)) {
	test(`the stack of every program is what all kernels allow: ${source}`, () => {
		const frames = framesOf(source);
		assert.ok(frames.size > 10);
		for (const name of frames.keys()) {
			const { bytes, way } = deepest(frames, name, step);
			assert.ok(bytes <= MOST_BYTES, `${bytes} bytes: ${way.join(' > ')}`);
			assert.ok(way.length <= MOST_FRAMES, way.join(' > '));
		}
	});
}
