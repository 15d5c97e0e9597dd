import { readBtf } from '../../addon/btf.ts';
import { missingFromKernel } from '../../addon/diagnose.ts';
import { type CaptureMode, kernelNeeds } from '../../engine/capture/live-hooks.ts';

/** The live tests run once in each mode: test/run.sh sets it. */
export const MODE: CaptureMode = process.env.CIQ_CAPTURE_MODE === 'syscall' ? 'syscall' : 'socket';

/** Options of a test about something that only the socket layer can do; `why` is printed in the other mode. */
export const ofSocketLayer = (why: string): { skip: string | false } => ({
	skip: MODE === 'syscall' && why,
});

const lacks = (mode: CaptureMode, optional: readonly string[] = []): string | undefined => {
	const needs = kernelNeeds(mode);
	return missingFromKernel(readBtf() ?? new Uint8Array(), { ...needs, hooks: [...needs.hooks, ...optional] })[0];
};

/** Options of a test that needs a mode whatever is asked for: older kernels have one only. */
export const ofMode = (mode: CaptureMode): { skip: string | false } => {
	const missing = lacks(mode);
	return { skip: missing !== undefined && `this kernel has no "${missing}"` };
};

/** False before Linux 6.3: packets tell then when bytes were there to be read. */
export const TELLS_READABLE = lacks(MODE, ['sk_data_ready']) === undefined;
