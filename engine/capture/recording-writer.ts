import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { Header } from './events.ts';
import { errnoName, RecordingError, reasonOf } from './recording-error.ts';
import { encodeHeader } from './recording-format.ts';
import type { CaptureInfo } from './source.ts';

/** It holds other people's payload. */
const PRIVATE = 0o600;

/** The whole records in `bytes[0, length)`: how many, and where they end. */
const wholeRecords = (bytes: Uint8Array, length: number): { readonly end: number; readonly count: number } => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	let end = 0;
	let count = 0;
	while (end + Header.bytes <= length) {
		const size = view.getUint32(end, true);
		if (size < Header.bytes || end + size > length) break;
		end += size;
		count++;
	}
	return { end, count };
};

/**
 * Writes capture events to a file as they come. When the disk is full, or a write fails otherwise, the file is cut back
 * to its last whole event and `onFailure` is called, once: later writes do nothing, so that the capture can go on.
 */
export class RecordingWriter {
	readonly #path: string;
	readonly #onFailure: (error: RecordingError) => void;
	readonly #fd: number;
	readonly #isFile: boolean;
	#open = true;
	/** In the file, up to the last whole event. */
	#bytes: number;
	#events = 0;

	/** Replaces an existing file. Throws a RecordingError when it cannot be written. */
	constructor(path: string, info: CaptureInfo, onFailure: (error: RecordingError) => void) {
		this.#path = path;
		this.#onFailure = onFailure;
		const header = encodeHeader(info);
		this.#bytes = header.length;
		try {
			this.#fd = openSync(path, 'w', PRIVATE);
			this.#isFile = fstatSync(this.#fd).isFile();
			// An existing file has kept its mode. A device must keep it.
			if (this.#isFile) fchmodSync(this.#fd, PRIVATE);
			for (let at = 0; at < header.length; ) at += writeSync(this.#fd, header, at);
		} catch (error) {
			throw new RecordingError('unwritable', `cannot write the recording ${path}: ${reasonOf(error)}`, error);
		}
	}

	/** Takes whole records: `bytes[0, length)`. */
	write(bytes: Uint8Array, length: number): void {
		if (!this.#open) return;
		let written = 0;
		let failure: unknown = null;
		try {
			while (written < length) written += writeSync(this.#fd, bytes, written, length - written);
		} catch (error) {
			failure = error;
		}
		const whole = wholeRecords(bytes, written);
		this.#bytes += whole.end;
		this.#events += whole.count;
		if (failure !== null) this.#end(failure);
	}

	/** The last event was written. */
	close(): void {
		if (this.#open) this.#end(null);
	}

	#end(failure: unknown): void {
		this.#open = false;
		let error = failure;
		try {
			if (failure !== null && this.#isFile) ftruncateSync(this.#fd, this.#bytes);
		} catch {
			// The file stays torn, which a reader copes with; the failure that led here is what the user has to know.
		}
		try {
			closeSync(this.#fd);
		} catch (closeError) {
			// Some file systems tell only now that there was no room.
			error ??= closeError;
		}
		if (error !== null) this.#tell(error);
	}

	#tell(error: unknown): void {
		const code = ['ENOSPC', 'EDQUOT'].includes(errnoName(error)) ? 'disk-full' : 'unwritable';
		const kept = `${this.#events} event${this.#events === 1 ? '' : 's'}`;
		this.#onFailure(
			new RecordingError(code, `recording ended: ${reasonOf(error)} after ${kept} (${this.#path})`, error),
		);
	}
}
