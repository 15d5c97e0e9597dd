import type { CaptureMode } from '../../engine/capture/live-hooks.ts';

/** The live tests run once in each mode: test/run.sh sets it. */
export const MODE: CaptureMode = process.env.CIQ_CAPTURE_MODE === 'syscall' ? 'syscall' : 'socket';

/** Options of a test about something that only the socket layer can do; `why` is printed in the other mode. */
export const ofSocketLayer = (why: string): { skip: string | false } => ({
	skip: MODE === 'syscall' && why,
});
