import { statSync } from 'node:fs';
import { inputName, openInput, peek } from './byte-input.ts';
import { expandPaths, isPattern } from './expand-paths.ts';
import { type FileSource, STDIN } from './file-source.ts';
import { InputError } from './input-error.ts';
import { RecordingError } from './recording-error.ts';
import { isRecording } from './recording-format.ts';
import { openRecording, recordingFrom } from './recording-reader.ts';
import type { Source } from './source.ts';

/** What can be read only once: a look at its beginning would take that away. Of what is not there opening it tells why. */
const isPipe = (path: string): boolean => {
	if (path === STDIN) return true;
	try {
		return statSync(path).isFIFO();
	} catch {
		return false;
	}
};

/** By content, never by name; null: it is none that lies in a file as it is. Throws RecordingError. */
const recordingAt = (path: string): Source | null => {
	try {
		return isPipe(path) ? null : openRecording(path);
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

const LOCAL_HAS_NO_USE =
	'--local tells which ends a packet capture observed; recordings and logs know them: leave it out';

/** Enough to tell what a file is. */
const HEAD_BYTES = 24;

type Kind = 'recording' | 'packet capture' | 'log' | 'empty';

/** What a file is that begins so. */
const kindFrom = (head: Buffer): Kind => {
	if (head.length === 0) return 'empty';
	if (isRecording(head)) return 'recording';
	return isLog(head) ? 'log' : 'packet capture';
};

const cutOff = (name: string): InputError =>
	new InputError(`${name} is cut off: what is left of it decompresses to nothing`);

/** Whether a file begins as a log does: with an object, an array, which is a wrong line of one, or nothing but blanks. */
const isLog = (head: Buffer): boolean => /^(?:\xef\xbb\xbf)?\s*(?:[{[]|$)/.test(head.toString('latin1'));

/** With a byte order mark, as PowerShell's `>` writes. */
const isUtf16 = (head: Buffer): boolean =>
	head.length >= 2 && (head.readUInt16LE(0) === 0xfeff || head.readUInt16BE(0) === 0xfeff);

const otherText = (name: string): InputError =>
	new InputError(`${name} is text in UTF-16: logs are read in UTF-8, which \`iconv -f UTF-16 -t UTF-8\` makes of it`);

const withoutLocal = (source: Source, local: readonly string[]): Source => {
	if (local.length === 0) return source;
	release(source);
	throw new InputError(LOCAL_HAS_NO_USE);
};

const openOne = async (path: string, local: readonly string[], signal?: AbortSignal): Promise<Source> => {
	const recording = recordingAt(path);
	if (recording !== null) return withoutLocal(recording, local);
	const { head, input } = await peek(await openInput(path, signal), HEAD_BYTES);
	const name = inputName(path);
	if (head.length === 0) {
		await input.close();
		if (input.torn) throw cutOff(name);
		throw new InputError(`${name} is empty${path === STDIN ? ': what should write to it wrote nothing' : ''}`);
	}
	if (isUtf16(head)) {
		await input.close();
		throw otherText(name);
	}
	const kind = kindFrom(head);
	if (kind === 'recording') return withoutLocal(await recordingFrom(input, name), local);
	// What reads one kind is loaded only where there is one.
	if (kind === 'log') {
		const { logFrom } = await import('./log/source.ts');
		return withoutLocal(await logFrom(input, name), local);
	}
	const { pcapFrom } = await import('./pcap/source.ts');
	return pcapFrom(input, name, { local });
};

/** What a file is; null of a pipe. Throws InputError for one that is nothing. */
const kindOf = async (path: string): Promise<Kind | null> => {
	if (isPipe(path)) return null;
	const recording = recordingAt(path);
	if (recording !== null) {
		release(recording);
		return 'recording';
	}
	const { head, input } = await peek(await openInput(path), HEAD_BYTES);
	await input.close();
	if (head.length === 0 && input.torn) throw cutOff(`'${path}'`);
	if (isUtf16(head)) throw otherText(`'${path}'`);
	return kindFrom(head);
};

interface OpenSeveral {
	readonly signal: AbortSignal | undefined;
	/** Tells the user. */
	readonly say: (message: string) => void;
	/** Nobody named it. */
	readonly mayBeEmpty: (path: string) => boolean;
}

const openSeveral = async (
	paths: readonly string[],
	local: readonly string[],
	{ signal, say, mayBeEmpty }: OpenSeveral,
): Promise<Source> => {
	const filled: string[] = [];
	let kind: Kind | null = null;
	let first = '';
	for (const path of paths) {
		const own = await kindOf(path);
		if (own === 'empty') {
			if (!mayBeEmpty(path)) throw new InputError(`'${path}' is empty: leave it out`);
			say(`'${path}' is empty, and left out`);
			continue;
		}
		filled.push(path);
		if (own === 'recording')
			throw new InputError(
				`'${path}' is a recording, which is read by itself: \`from "A" | union { from "B" }\` reads two`,
			);
		if (kind !== null && own !== null && own !== kind)
			throw new InputError(`'${first}' is a ${kind} and '${path}' a ${own}: several files of one kind are read as one`);
		if (kind === null && own !== null) [kind, first] = [own, path];
	}
	if (filled.length === 0) throw new InputError('none of the files holds anything');
	if (kind === 'log') {
		const { openLogs } = await import('./log/source.ts');
		return withoutLocal(await openLogs(filled, signal), local);
	}
	const { openPcaps } = await import('./pcap/source.ts');
	return openPcaps(filled, { local, signal });
};

/**
 * Opens files as one source: one of any kind, or several packet captures or logs, which are read in the order of time.
 * `signal` gives up the wait for what comes through pipes; `say` tells of what is left out: of a pattern a file that is
 * empty, as a log is that has just been rotated. Throws RecordingError or InputError with the mend.
 */
export const openFiles = async (
	files: FileSource,
	signal?: AbortSignal,
	say: (message: string) => void = () => {},
): Promise<Source> => {
	const paths = expandPaths(files.paths);
	const named = new Set(files.paths.filter((path) => !isPattern(path)));
	const [first, ...others] = paths;
	return first !== undefined && others.length === 0
		? openOne(first, files.local, signal)
		: openSeveral(paths, files.local, { signal, say, mayBeEmpty: (path) => !named.has(path) });
};
