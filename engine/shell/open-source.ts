import { CaptureError } from '../../addon/capture-error.ts';
import { type CaptureDemand, RECORD_EVERYTHING } from '../capture/demand.ts';
import { type FileSource, fileSourceName } from '../capture/file-source.ts';
import type { Source } from '../capture/source.ts';
import { Exit, Failure } from './exit.ts';
import { lackOf } from './union-demand.ts';

/** What the kernel or libbpf said is for a report: CIQ_DEBUG=1 shows it. */
function failureOf({ code, message, detail }: CaptureError): Failure {
	const status = code === 'failed' || code === 'bad-scope' ? Exit.failed : Exit.notPossible;
	return new Failure(status, process.env.CIQ_DEBUG === '1' && detail !== '' ? `${message}\n${detail}` : message);
}

/** The code that serves only one kind of source is loaded with it: a recording needs no addon. */
async function openLive(demand: CaptureDemand): Promise<Source> {
	const { prepareLive } = await import('./live-setup.ts');
	prepareLive();
	const live = await import('../capture/live.ts');
	try {
		return live.openLive({ demand });
	} catch (error) {
		if (error instanceof CaptureError) throw failureOf(error);
		throw error;
	}
}

async function openFile(files: FileSource, demand: CaptureDemand): Promise<Source> {
	const { openFiles, InputError, RecordingError } = await import('../capture/open-files.ts');
	let source: Source;
	try {
		source = await openFiles(files);
	} catch (error) {
		if (error instanceof InputError || error instanceof RecordingError) throw new Failure(Exit.failed, error.message);
		throw error;
	}
	const lack = lackOf(source.info.demand, demand);
	if (lack !== null) throw new Failure(Exit.failed, `'${fileSourceName(files)}' cannot answer this query: ${lack}`);
	return source;
}

/**
 * Opens what a plan reads: files, or with `files` null the kernel, whose hooks are attached when this resolves.
 * `everything`: a recording takes more than its query needs. Throws Failure with the mend.
 */
export const openSource = (
	files: FileSource | null,
	demand: CaptureDemand,
	options: { everything: boolean },
): Promise<Source> =>
	files === null
		? openLive(options.everything ? { ...RECORD_EVERYTHING, scope: demand.scope } : demand)
		: openFile(files, demand);
