import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KernelCapture, openCapture } from '../../addon/index.ts';
import { ROOT } from '../support/tool.ts';

/** The maps are those that the addon asks for. */
const sourceOf = (tracepoints: readonly string[]): string => `
#include "kernel.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps"), wakes SEC(".maps");

int control;
${tracepoints.map((name) => `SEC("tp_btf/${name}") int ${name}(void *context) { return 0; }`).join('\n')}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
`;

/** Attaches a program that does nothing to each of these tracepoints, and is called like it. */
export function attachEmpty(tracepoints: readonly string[]): KernelCapture {
	const folder = mkdtempSync(join(tmpdir(), 'ciq-bench-'));
	const [source, object] = [join(folder, 'empty.bpf.c'), join(folder, 'empty.bpf.o')];
	writeFileSync(source, sourceOf(tracepoints));
	const flags = ['-target', 'bpf', '-mcpu=v3', '-O2', '-g', `-I${join(ROOT, 'bpf')}`];
	execFileSync('clang', [...flags, '-c', source, '-o', object]);
	const needs = { object: 'empty.bpf.o', since: '', hooks: tracepoints, optional: [], functions: [] };
	const capture = openCapture(4096, needs, { object: readFileSync(object) });
	rmSync(folder, { recursive: true });
	for (const name of tracepoints) capture.attach(name);
	return capture;
}
