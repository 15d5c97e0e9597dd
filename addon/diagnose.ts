import { constants } from 'node:os';
import { CaptureError } from './capture-error.ts';

/** What the native half throws. */
export interface NativeFailure {
	readonly stage: 'open' | 'load' | 'map' | 'attach' | 'iterate' | 'watch';
	readonly errno: number;
	readonly detail: string;
}

/** What a BPF object asks of the kernel: raw tracepoints with BTF, and functions of the kernel. */
export interface KernelNeeds {
	/** The object's file in dist/. */
	readonly object: string;
	/** The kernel that has it all, in words. */
	readonly since: string;
	readonly hooks: readonly string[];
	/** Hooks without which the rest works; a program is called as its hook. */
	readonly optional: readonly string[];
	readonly functions: readonly string[];
}

const REBUILD = 'remove that file, and the next start builds it again';
const FILES_WORK = 'Recordings can still be read here.';
const DETAIL_LINES = 20;
/** More than a capture with all of its programs, their maps and links, and Node hold. */
export const OPEN_FILES = 128;

/**
 * Names that a kernel does not have, by its type information (/sys/kernel/btf/vmlinux). The strings of BTF are
 * NUL-terminated and stand once each, so a search is enough: a hook has the type `btf_trace_<hook>`.
 */
export function missingFromKernel(btf: Uint8Array, needs: KernelNeeds): string[] {
	const strings = Buffer.from(btf.buffer, btf.byteOffset, btf.byteLength);
	const has = (name: string) => strings.includes(`\0${name}\0`);
	return [...needs.hooks.filter((hook) => !has(`btf_trace_${hook}`)), ...needs.functions.filter((name) => !has(name))];
}

const lastLines = (text: string) => text.trimEnd().split('\n').slice(-DETAIL_LINES).join('\n');

/**
 * The user's error for a failure of the native half. `btf` is null where the kernel offers none; `openFiles` is how many this
 * process may have.
 */
export function diagnose(
	failure: NativeFailure,
	needs: KernelNeeds,
	btf: Uint8Array | null,
	openFiles = Number.POSITIVE_INFINITY,
): CaptureError {
	const more = { errno: failure.errno, detail: lastLines(failure.detail), cause: failure };
	const { EPERM, EACCES } = constants.errno;
	if (failure.stage === 'open') {
		return new CaptureError('object-missing', `dist/${needs.object} is damaged; ${REBUILD}`, more);
	}
	if (failure.errno === EPERM || (failure.errno === EACCES && !failure.detail.includes('BEGIN PROG LOAD LOG'))) {
		return new CaptureError(
			'no-permission',
			'live capture needs root, or the capabilities CAP_BPF and CAP_PERFMON: the kernel refused bpf(). Try sudo; `claudeinsight doctor` says what is missing.',
			more,
		);
	}
	// libbpf and the verifier go on without a descriptor, and fail by something else.
	if (openFiles < OPEN_FILES) {
		const message = `live capture opens up to ${OPEN_FILES} files, more than the limit here: raise it (ulimit -n)`;
		return new CaptureError('failed', message, { ...more, detail: '' });
	}
	if (btf === null) {
		return new CaptureError(
			'no-btf',
			`live capture needs a kernel built with CONFIG_DEBUG_INFO_BTF: /sys/kernel/btf/vmlinux is missing. ${FILES_WORK}`,
			more,
		);
	}
	const [hook] = missingFromKernel(btf, needs);
	if (hook !== undefined) {
		return new CaptureError(
			'no-hook',
			`this kernel has no "${hook}", which live capture needs (${needs.since} has it). ${FILES_WORK}`,
			{ ...more, hook },
		);
	}
	if (failure.stage === 'load' && failure.detail.includes('BEGIN PROG LOAD LOG')) {
		return new CaptureError(
			'verifier',
			"this kernel's verifier refused the capture programs; please report it with `uname -r` and the lines below",
			more,
		);
	}
	return new CaptureError('failed', `live capture failed to ${failure.stage} (errno ${failure.errno})`, more);
}
