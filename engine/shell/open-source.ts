import { CaptureError } from '../../addon/capture-error.ts';
import { type CaptureDemand, RECORD_EVERYTHING } from '../capture/demand.ts';
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

/** By content, never by name: what is no recording is read as a packet capture, and so is standard input. */
async function openRecordingOrPcap(path: string): Promise<Source> {
	const { openRecording, RecordingError } = await import('../capture/recording-reader.ts');
	try {
		if (path !== '-') return openRecording(path);
	} catch (error) {
		if (!(error instanceof RecordingError)) throw error;
		if (error.code !== 'not-a-recording') throw new Failure(Exit.failed, error.message);
	}
	const { openPcap, PcapError } = await import('../capture/pcap/source.ts');
	try {
		return await openPcap(path);
	} catch (error) {
		if (error instanceof PcapError) throw new Failure(Exit.failed, error.message);
		throw error;
	}
}

async function openFile(path: string, demand: CaptureDemand): Promise<Source> {
	const source = await openRecordingOrPcap(path);
	const lack = lackOf(source.info.demand, demand);
	if (lack !== null) throw new Failure(Exit.failed, `'${path}' cannot answer this query: ${lack}`);
	return source;
}

/**
 * Opens what a plan reads: a recording or a packet capture, or with `path` null the kernel, whose hooks are attached when this resolves.
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
