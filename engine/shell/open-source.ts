import { CaptureError } from '../../addon/capture-error.ts';
import type { CaptureChoice } from '../capture/choose-mode.ts';
import { type CaptureDemand, RECORD_EVERYTHING } from '../capture/demand.ts';
import { type FileSource, fileSourceName } from '../capture/file-source.ts';
import { InputError } from '../capture/input-error.ts';
import { RecordingError } from '../capture/recording-error.ts';
import type { CaptureInfo, Source } from '../capture/source.ts';
import { Exit, Failure } from './exit.ts';
import { lackOf } from './union-demand.ts';

/** What the kernel or libbpf said is for a report: CIQ_DEBUG=1 shows it. */
function failureOf({ code, message, detail }: CaptureError): Failure {
	const status = code === 'failed' || code === 'bad-scope' ? Exit.failed : Exit.notPossible;
	return new Failure(status, process.env.CIQ_DEBUG === '1' && detail !== '' ? `${message}\n${detail}` : message);
}

const fallbackWords = ({ hook }: CaptureError): string => {
	const why =
		hook === null ? 'the verifier of this kernel refuses the programs for sockets' : `this kernel has no "${hook}"`;
	return `${why}: capturing at system calls, which tell less; \`claudeinsight doctor\` says what`;
};

/** How sources are opened, beside what queries ask for: `everything` and `mode` are of live traffic. */
export interface OpenOptions {
	/** It is recorded, and a recording takes more than its query needs. */
	readonly everything: boolean;
	readonly mode: CaptureChoice;
	/** Tells the user. */
	readonly say: (message: string) => void;
	/** Nobody waits any more for what comes through pipes. */
	readonly signal: AbortSignal;
}

/** The code that serves only one kind of source is loaded with it: a recording needs no addon. */
async function openLive(needed: CaptureDemand, { everything, mode, say }: OpenOptions): Promise<Source> {
	const { prepareLive } = await import('./live-setup.ts');
	prepareLive();
	const live = await import('../capture/live.ts');
	const demand = everything ? { ...RECORD_EVERYTHING, scope: needed.scope } : needed;
	try {
		const source = live.openLive({ demand, mode });
		if (source.fallback !== null) say(fallbackWords(source.fallback));
		return source;
	} catch (error) {
		if (error instanceof CaptureError) throw failureOf(error);
		throw error;
	}
}

/** Logs and packets have no more than was written: what a query would miss of every exchange is said before it runs. */
function untold({ tells }: CaptureInfo, { fields = [] }: CaptureDemand): string | null {
	const missing = tells === undefined ? [] : fields.filter((field) => !tells(field));
	return missing.length === 0 ? null : `it does not tell ${missing.join(', ')}`;
}

async function openFile(files: FileSource, demand: CaptureDemand, { say, signal }: OpenOptions): Promise<Source> {
	const { openFiles } = await import('../capture/open-files.ts');
	let source: Source;
	try {
		source = await openFiles(files, signal, say);
	} catch (error) {
		if (error instanceof InputError || error instanceof RecordingError) throw new Failure(Exit.failed, error.message);
		throw error;
	}
	const lack = lackOf(source.info.demand, demand) ?? untold(source.info, demand);
	if (lack !== null) throw new Failure(Exit.failed, `'${fileSourceName(files)}' cannot answer this query: ${lack}`);
	return source;
}

/**
 * Opens what a plan reads: files, or with `files` null the kernel, whose hooks are attached when this resolves. Throws
 * Failure with the mend.
 */
export const openSource = (files: FileSource | null, demand: CaptureDemand, options: OpenOptions): Promise<Source> =>
	files === null ? openLive(demand, options) : openFile(files, demand, options);
