import { expandPaths } from './expand-paths.ts';
import { type FileSource, fileSourceName, STDIN } from './file-source.ts';
import { InputError } from './input-error.ts';
import { RecordingError } from './recording-error.ts';
import { openRecording } from './recording-reader.ts';
import type { Source } from './source.ts';

export { InputError } from './input-error.ts';
export { RecordingError } from './recording-error.ts';

/** By content, never by name; null: it is no recording. Throws RecordingError. */
const recordingAt = (path: string): Source | null => {
	try {
		return path === STDIN ? null : openRecording(path);
	} catch (error) {
		if (error instanceof RecordingError && error.code === 'not-a-recording') return null;
		throw error;
	}
};

/** Lets go of a source: that takes a flow that has begun. */
const release = (source: Source): void => {
	source.start(
		() => {},
		() => {},
	);
	source.stop();
};

const LOCAL_HAS_NO_USE = '--local tells which ends a packet capture observed; a recording knows them: leave it out';

const openOne = async (path: string, local: readonly string[]): Promise<Source> => {
	const recording = recordingAt(path);
	if (recording === null) {
		// What reads packets is loaded only where there are some.
		const { openPcap } = await import('./pcap/source.ts');
		return openPcap(path, { local });
	}
	if (local.length === 0) return recording;
	release(recording);
	throw new InputError(LOCAL_HAS_NO_USE);
};

/**
 * Opens files as one source: one of any kind, or several packet captures, which are read in the order of time. Throws
 * RecordingError or InputError with the mend.
 */
export const openFiles = async (files: FileSource): Promise<Source> => {
	const paths = expandPaths(files.paths);
	const [first, ...others] = paths;
	if (first !== undefined && others.length === 0) return openOne(first, files.local);
	for (const path of paths) {
		const recording = recordingAt(path);
		if (recording === null) continue;
		release(recording);
		throw new InputError(
			`${fileSourceName({ ...files, paths })}: '${path}' is a recording, which is read by itself; packet captures are read together`,
		);
	}
	const { openPcaps } = await import('./pcap/source.ts');
	return openPcaps(paths, { local: files.local });
};
