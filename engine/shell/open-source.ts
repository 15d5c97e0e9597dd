import { type CaptureDemand, RECORD_EVERYTHING } from '../capture/demand.ts';
import type { Source } from '../capture/source.ts';
import { Exit, Failure } from './exit.ts';
import { lackOf } from './union-demand.ts';

/** The code that serves only one kind of source is loaded with it: a recording needs no addon. */
async function openLive(demand: CaptureDemand): Promise<Source> {
	const { prepareLive } = await import('./live-setup.ts');
	prepareLive();
	const live = await import('../capture/live.ts');
	const { CaptureError } = await import('../../addon/capture-error.ts');
	try {
		return live.openLive({ demand });
	} catch (error) {
		if (error instanceof CaptureError) throw new Failure(Exit.notPossible, error.message);
		throw error;
	}
}

async function openFile(path: string, demand: CaptureDemand): Promise<Source> {
	const { openRecording, RecordingError } = await import('../capture/recording-reader.ts');
	let source: Source;
	try {
		source = openRecording(path);
	} catch (error) {
		if (error instanceof RecordingError) throw new Failure(Exit.failed, error.message);
		throw error;
	}
	const lack = lackOf(source.info.demand, demand);
	if (lack !== null) throw new Failure(Exit.failed, `'${path}' cannot answer this query: ${lack}`);
	return source;
}

/**
 * Opens what a plan reads: a recording, or with `path` null the kernel, whose hooks are attached when this resolves.
 * `everything`: a recording takes more than its query needs. Throws Failure with the mend.
 */
export const openSource = (
	path: string | null,
	demand: CaptureDemand,
	options: { everything: boolean },
): Promise<Source> =>
	path === null
		? openLive(options.everything ? { ...RECORD_EVERYTHING, scope: demand.scope } : demand)
		: openFile(path, demand);
