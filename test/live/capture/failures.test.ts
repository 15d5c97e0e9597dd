import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CaptureError } from '../../../addon/capture-error.ts';
import { openCapture } from '../../../addon/index.ts';
import { kernelNeeds } from '../../../engine/capture/live-hooks.ts';
import { STAGE_PARTS } from '../../../engine/exchange/stage-parts.ts';
import { MODE, ofMode } from '../../support/capture-mode.ts';

const ROOT = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'capture-failures-'));
after(() => rmSync(folder, { recursive: true }));

const NEEDS = { ...kernelNeeds(MODE), hooks: [], functions: [] };

interface Said {
	readonly name?: string;
	readonly code?: string;
	readonly message?: string;
	readonly fallback?: string | null;
}

/** Runs openLive of the project at `root` in a process of its own: what it says, and its stderr. */
function openElsewhere(root: string, wrapper: readonly string[] = []) {
	const script = `
		const { openLive } = await import(${JSON.stringify(join(root, 'engine/capture/live.ts'))});
		try {
			const demand = { scope: [], protocols: null, payloadBytes: 0, bodyBytes: 0, stages: ${JSON.stringify(STAGE_PARTS)} };
			const source = openLive({ demand });
			source.stop();
			console.log(JSON.stringify({ fallback: source.fallback?.code ?? null }));
		} catch ({ name, code, message }) {
			console.log(JSON.stringify({ name, code, message }));
		}`;
	const [command = '', ...args] = [...wrapper, process.execPath, '--input-type=module', '-e', script];
	const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
	return { said: JSON.parse(stdout) as Said, stderr };
}

/** A project with these files in dist/. */
function projectWith(name: string, dist: Record<string, string | Uint8Array>): string {
	const root = join(folder, name);
	mkdirSync(join(root, 'dist'), { recursive: true });
	for (const part of [
		'addon',
		'engine/address.ts',
		'engine/capture',
		'engine/exchange/stage-parts.ts',
		'engine/project-root.ts',
		'package.json',
	]) {
		cpSync(join(ROOT, part), join(root, part), { recursive: true });
	}
	for (const [file, content] of Object.entries(dist)) writeFileSync(join(root, 'dist', file), content);
	return root;
}

const ADDON = readFileSync(join(ROOT, 'dist/addon.node'));
const OBJECT = readFileSync(join(ROOT, 'dist/socket.bpf.o'));

const CASES: { name: string; root: () => string; wrapper?: string[]; code: string; message: RegExp }[] = [
	{
		name: 'root without capabilities',
		root: () => ROOT,
		wrapper: ['setpriv', '--bounding-set=-all', '--inh-caps=-all'],
		code: 'no-permission',
		message: /needs root, or .*CAP_BPF/,
	},
	{
		name: 'no addon',
		root: () => projectWith('no-addon', { 'socket.bpf.o': OBJECT }),
		code: 'addon-missing',
		message: /dist\/addon\.node is not built.*--setup live/,
	},
	{
		name: 'a damaged addon',
		root: () => projectWith('bad-addon', { 'socket.bpf.o': OBJECT, 'addon.node': 'not a library' }),
		code: 'addon-missing',
		message: /cannot be loaded.*remove that file/,
	},
	{
		name: 'no object',
		root: () => projectWith('no-object', { 'addon.node': ADDON }),
		code: 'object-missing',
		message: /socket\.bpf\.o is not built.*--setup live/,
	},
	{
		name: 'half an object',
		root: () =>
			projectWith('bad-object', { 'addon.node': ADDON, 'socket.bpf.o': OBJECT.subarray(0, OBJECT.length / 2) }),
		code: 'object-missing',
		message: /damaged.*remove that file/,
	},
];

for (const { name, root, wrapper, code, message } of CASES) {
	test(`one clear error and a silent stderr: ${name}`, () => {
		const { said, stderr } = openElsewhere(root(), wrapper);
		assert.equal(said.name, 'CaptureError');
		assert.equal(said.code, code);
		assert.match(said.message ?? '', message);
		assert.equal(stderr, '');
	});
}

/** An object with a single program, as large as the loader needs it. */
function compile(name: string, program: string): Uint8Array {
	const source = `
		#include "kernel.h"
		#include <bpf/bpf_helpers.h>
		struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps"), wakes SEC(".maps");
		__u64 control;
		${program}
		char LICENSE[] SEC("license") = "Dual MIT/GPL";`;
	const file = join(folder, name);
	writeFileSync(`${file}.c`, source);
	const flags = ['-target', 'bpf', '-O2', '-g', '-D__TARGET_ARCH_x86', `-I${join(ROOT, 'bpf')}`];
	execFileSync('clang', [...flags, '-c', `${file}.c`, '-o', `${file}.o`]);
	return readFileSync(`${file}.o`);
}

test('where the programs for sockets are refused, system calls take their place', ofMode('socket'), () => {
	const refused = compile(
		'refused',
		`SEC("tp_btf/sys_enter") int bad(__u64 *context) { return *(int *)(context[0] + 1000000); }`,
	);
	const syscall = readFileSync(join(ROOT, 'dist/syscall.bpf.o'));
	const root = projectWith('fallback', { 'addon.node': ADDON, 'socket.bpf.o': refused, 'syscall.bpf.o': syscall });
	assert.deepEqual(openElsewhere(root).said, { fallback: 'verifier' });
	assert.deepEqual(openElsewhere(ROOT).said, { fallback: null });
});

function failureOf(call: () => unknown): CaptureError {
	try {
		call();
	} catch (error) {
		assert.ok(error instanceof CaptureError);
		return error;
	}
	assert.fail('it worked');
}

test('a hook that the kernel does not have is named', () => {
	const object = compile('hook', 'SEC("tp_btf/no_such_hook") int hook(void *context) { control++; return 0; }');
	const error = failureOf(() => openCapture(4096, { ...NEEDS, hooks: ['no_such_hook'] }, { object }));
	assert.deepEqual([error.code, error.hook], ['no-hook', 'no_such_hook']);
	assert.match(error.message, /"no_such_hook"/);
});

test('an optional hook that the kernel does not have is left out', () => {
	const object = compile(
		'optional',
		'SEC("tp_btf/no_such_hook") int no_such_hook(void *context) { control++; return 0; }',
	);
	const capture = openCapture(4096, { ...NEEDS, optional: ['no_such_hook', 'sys_enter'] }, { object });
	assert.deepEqual(capture.missing, ['no_such_hook']);
	capture.close();
});

test('the verifier’s reason is at hand', () => {
	const program = `SEC("tp_btf/sys_enter") int bad(__u64 *context) { control++; return *(int *)(context[0] + 1000000); }`;
	const error = failureOf(() => openCapture(4096, NEEDS, { object: compile('bad', program) }));
	assert.equal(error.code, 'verifier');
	assert.match(error.detail, /access/);
	assert.match(error.detail, /END PROG LOAD LOG/);
});

test('the shared memory is gone after close, not unmapped under its reader', () => {
	const capture = openCapture(4096, NEEDS);
	assert.ok(capture.control.byteLength > 0);
	capture.close();
	assert.equal(capture.control.byteLength, 0);
});
