import { missingFromKernel } from '../../addon/diagnose.ts';
import { CAPTURE_MODES, type CaptureMode, kernelNeeds } from './live-hooks.ts';

/** `--capture-mode`. */
export type CaptureChoice = CaptureMode | 'auto';

export const CAPTURE_CHOICES: readonly CaptureChoice[] = ['auto', ...CAPTURE_MODES];

export interface ModeDecision {
	/** Null: the kernel can do neither. */
	readonly mode: CaptureMode | null;
	/** What a mode lacks that was looked at, by name of hook or function. */
	readonly lacks: ReadonlyMap<CaptureMode, readonly string[]>;
}

/** Which mode a choice comes to on a kernel with that type information: `auto` takes the first that lacks nothing. */
export function decideMode(choice: CaptureChoice, btf: Uint8Array | null): ModeDecision {
	const lacks = new Map<CaptureMode, readonly string[]>();
	if (btf === null) return { mode: null, lacks };
	for (const mode of choice === 'auto' ? CAPTURE_MODES : [choice]) {
		const missing = missingFromKernel(btf, kernelNeeds(mode));
		lacks.set(mode, missing);
		if (missing.length === 0) return { mode, lacks };
	}
	return { mode: null, lacks };
}

/** The same in words, for `explain`. */
export function modeWords(choice: CaptureChoice, { mode, lacks }: ModeDecision): string {
	if (mode === null) return 'not possible on this kernel: `claudeinsight doctor` says why';
	if (mode === 'socket') return 'socket: at the sockets';
	const [missing] = lacks.get('socket') ?? [];
	const why = choice === 'auto' ? `because this kernel has no "${missing}"` : 'as --capture-mode says';
	return `syscall: at the system calls of processes, ${why}`;
}
