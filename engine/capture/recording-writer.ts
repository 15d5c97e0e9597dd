import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { EventType, Header } from './events.ts';
import { errnoName, RecordingError, reasonOf } from './recording-error.ts';
import { encodeHeader } from './recording-format.ts';
import type { CaptureInfo } from './source.ts';

/** It holds other people's payload. */
const PRIVATE = 0o600;

/** Why a recording ends in whose file another was begun. */
const OTHERS = 'another program has taken the file';

interface WholeRecords {
	readonly count: number;
	/** Where the last of them begins, and where it ends. */
	readonly last: number;
	readonly end: number;
	/** Of the last, as it stands in its header; 0 where there is none. */
	readonly time: bigint;
}

/** The whole records in `bytes[0, length)`. */
const wholeRecords = (bytes: Uint8Array, length: number): WholeRecords => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	let last = 0;
	let end = 0;
	let count = 0;
	while (end + Header.bytes <= length) {
		const size = view.getUint32(end, true);
		if (size < Header.bytes || end + size > length) break;
		last = end;
		end += size;
		count++;
	}
	return { count, last, end, time: count === 0 ? 0n : view.getBigUint64(last + Header.time, true) };
};

const endRecord = (time: bigint): Buffer => {
	const record = Buffer.alloc(Header.bytes);
	record.writeUInt32LE(Header.bytes, Header.size);
	record.writeUInt8(EventType.end, Header.type);
	record.writeBigUInt64LE(time, Header.time);
	return record;
};

/**
 * Writes capture events to a file as they come. When the disk is full, or a write fails otherwise, the file is ended
 * behind its last whole event and `onFailure` is called, once: later writes do nothing, so that the capture can go on. The
 * same where another program writes to the file, which is left to that then.
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
	/** Where the last whole event begins, and its time. */
	#last = { start: 0, time: 0n };

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
		if (this.#isOthers()) {
			this.#end(OTHERS);
			return;
		}
		let written = 0;
		let failure: unknown = null;
		try {
			while (written < length) written += writeSync(this.#fd, bytes, written, length - written);
		} catch (error) {
			failure = error;
		}
		const whole = wholeRecords(bytes, written);
		if (whole.count > 0) this.#last = { start: this.#bytes + whole.last, time: whole.time };
		this.#bytes += whole.end;
		this.#events += whole.count;
		if (failure !== null) this.#end(failure);
	}

	/** The last event was written. */
	close(): void {
		if (this.#open) this.#end(this.#isOthers() ? OTHERS : null);
	}

	/** Whether another recording was begun in the same file, or it was changed otherwise: what is written now would damage that. */
	#isOthers(): boolean {
		return this.#isFile && fstatSync(this.#fd).size !== this.#bytes;
	}

	#end(failure: unknown): void {
		this.#open = false;
		let error = failure;
		try {
			if (failure !== null && failure !== OTHERS && this.#isFile) this.#seal();
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

	/** Ends the file as a recording ends. Where there is no room for that the last event makes it. */
	#seal(): void {
		const end = endRecord(this.#last.time);
		const fits = (at: number): boolean => {
			ftruncateSync(this.#fd, at);
			try {
				return writeSync(this.#fd, end, 0, end.length, at) === end.length;
			} catch {
				return false;
			}
		};
		if (fits(this.#bytes) || this.#events === 0) return;
		fits(this.#last.start);
		this.#events--;
	}

	#tell(error: unknown): void {
		const code = ['ENOSPC', 'EDQUOT'].includes(errnoName(error)) ? 'disk-full' : 'unwritable';
		const kept = `${this.#events} event${this.#events === 1 ? '' : 's'}`;
		this.#onFailure(
			new RecordingError(code, `recording ended: ${reasonOf(error)} after ${kept} (${this.#path})`, error),
		);
	}
}
