import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../engine/project-root.ts';
import { readBtf } from './btf.ts';
import { CaptureError } from './capture-error.ts';
import { diagnose, type KernelNeeds, missingFromKernel, type NativeFailure, OPEN_FILES } from './diagnose.ts';

declare const handle: unique symbol;
interface Handle {
	readonly [handle]: true;
}

/** addon.c, function by function. */
interface Native {
	open(object: Uint8Array, ringBytes: number, leftOut: readonly string[]): Handle;
	control(capture: Handle): ArrayBuffer;
	attach(capture: Handle, program: string): void;
	detach(capture: Handle, program: string): void;
	iterate(capture: Handle, program: string): Buffer;
	set(capture: Handle, map: string, key: Uint8Array, value: Uint8Array): void;
	clear(capture: Handle, map: string, prefix: Uint8Array, at: number): void;
	entries(capture: Handle, map: string): Buffer;
	drain(capture: Handle, buffer: Uint8Array): number;
	watch(capture: Handle, callback: () => void): void;
	close(capture: Handle): void;
	clocks(into: BigInt64Array): void;
}

/** A loaded BPF object. Every function may throw a CaptureError; nothing may be called after `close`. */
export interface KernelCapture {
	/** `struct ciq_control` (bpf/control.h), shared with the running programs; empty after `close`. */
	readonly control: ArrayBuffer;
	/** Optional hooks that the kernel does not have: their programs are not loaded, and cannot be attached. */
	readonly missing: readonly string[];
	attach(program: string): void;
	/** Nothing happens if it is not attached. */
	detach(program: string): void;
	/** Runs an iterator program to its end; gives what it wrote into its file. */
	iterate(program: string): Uint8Array;
	setMap(map: string, key: Uint8Array, value: Uint8Array): void;
	/** Removes the keys of a map that have `prefix` at byte `at`. */
	clearMap(map: string, prefix: Uint8Array, at: number): void;
	/** The keys of a hash map, behind each its value. */
	mapEntries(map: string): Uint8Array;
	/** Copies whole records, as many as fit, and returns their bytes. The buffer has at least 64 KiB. */
	drain(buffer: Uint8Array): number;
	/** Calls back each time that `wake_at` of the control block is reached. May be called once. */
	watch(callback: () => void): void;
	close(): void;
}

const isNativeFailure = (error: unknown): error is NativeFailure =>
	error instanceof Error && 'stage' in error && 'errno' in error && 'detail' in error;

/** Without BTF nothing loads: then it does not matter. */
function missingOptional({ optional, ...needs }: KernelNeeds): string[] {
	const btf = optional.length > 0 ? readBtf() : null;
	return btf === null ? [] : missingFromKernel(btf, { ...needs, optional: [], hooks: optional, functions: [] });
}

/** How many files this process may have open. */
function openFiles(): number {
	try {
		const limit = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
		return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
	} catch {
		// Not even this one.
		return 0;
	}
}

/** Runs a native function; what it throws becomes the user's error. */
function guarded<T>(needs: KernelNeeds, call: () => T): T {
	try {
		return call();
	} catch (error) {
		if (!isNativeFailure(error)) throw error;
		const limit = openFiles();
		throw diagnose(error, needs, limit < OPEN_FILES ? null : readBtf(), limit);
	}
}

let native: Native | null = null;

function loadNative(path: string): Native {
	if (process.platform !== 'linux') {
		throw new CaptureError('not-linux', 'live capture needs Linux. Recordings can be read here.');
	}
	if (!existsSync(path)) {
		throw new CaptureError(
			'addon-missing',
			'dist/addon.node is not built; build it with: ./claudeinsight --setup live',
		);
	}
	try {
		// A start-up snapshot cannot hold the module.
		const { createRequire } = process.getBuiltinModule('node:module');
		// The types of a native module are known only from its source.
		return createRequire(path)(path) as Native;
	} catch (cause) {
		const detail = cause instanceof Error ? cause.message : String(cause);
		const mend = detail.includes('libbpf')
			? 'install libbpf (Debian: apt-get install libbpf1)'
			: 'remove that file, and the next start builds it again';
		throw new CaptureError('addon-missing', `dist/addon.node cannot be loaded; ${mend}`, { detail, cause });
	}
}

const getNative = (): Native => {
	native ??= loadNative(join(projectRoot(), 'dist', 'addon.node'));
	return native;
};

function readObject(name: string): Uint8Array {
	try {
		return readFileSync(join(projectRoot(), 'dist', name));
	} catch (cause) {
		const message = `dist/${name} is not built; build it with: ./claudeinsight --setup live`;
		throw new CaptureError('object-missing', message, { cause });
	}
}

/** CLOCK_MONOTONIC and CLOCK_REALTIME in ns, read at one moment. Throws a CaptureError without the addon. */
export function readClocks(): { monotonic: bigint; wall: bigint } {
	const clocks = new BigInt64Array(2);
	getNative().clocks(clocks);
	return { monotonic: clocks[0] ?? 0n, wall: clocks[1] ?? 0n };
}

/**
 * Loads the object that `needs` names (or `object`) into the kernel, all of its programs but those `without`; nothing is
 * attached yet. `ringBytes` is rounded up to a power of two. `needs` is also what error messages look for in the kernel.
 */
export function openCapture(
	ringBytes: number,
	needs: KernelNeeds,
	{ object, without = [] }: { readonly object?: Uint8Array; readonly without?: readonly string[] } = {},
): KernelCapture {
	const addon = getNative();
	const bytes = object ?? readObject(needs.object);
	const missing = missingOptional(needs);
	const capture = guarded(needs, () => addon.open(bytes, ringBytes, [...missing, ...without]));
	return {
		missing,
		control: addon.control(capture),
		attach: (program) => guarded(needs, () => addon.attach(capture, program)),
		detach: (program) => addon.detach(capture, program),
		iterate: (program) => guarded(needs, () => addon.iterate(capture, program)),
		setMap: (map, key, value) => guarded(needs, () => addon.set(capture, map, key, value)),
		clearMap: (map, prefix, at) => addon.clear(capture, map, prefix, at),
		mapEntries: (map) => guarded(needs, () => addon.entries(capture, map)),
		drain: (buffer) => addon.drain(capture, buffer),
		watch: (callback) => guarded(needs, () => addon.watch(capture, callback)),
		close: () => addon.close(capture),
	};
}
