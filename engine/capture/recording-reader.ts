import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Completeness } from '../completeness.ts';
import { EventType, Header, MAX_EVENT_BYTES } from './events.ts';
import { errnoName, RecordingError, reasonOf } from './recording-error.ts';
import { decodeHeader, decodePrefix, PREFIX_BYTES } from './recording-format.ts';
import type { CaptureInfo, Source } from './source.ts';

export { RecordingError } from './recording-error.ts';

/** Handled between two turns of the event loop: some milliseconds, so that Ctrl-C is heard. Holds any record. */
const SLICE_BYTES = MAX_EVENT_BYTES;

/** The first slice; each further one may be twice as long. A query that soon has enough reads no more than it needs. */
const FIRST_SLICE_BYTES = 64 << 10;

/** Records are padded to it (bpf/events.h). */
const ALIGNMENT = 8;

type OnEvents = (bytes: Uint8Array, length: number) => void;

/** Fills `buffer` from `at` on; gives the index behind the last byte that there was. */
const readFully = (fd: number, buffer: Uint8Array, at: number): number => {
	let end = at;
	while (end < buffer.length) {
		const count = readSync(fd, buffer, end, buffer.length - end, null);
		if (count === 0) break;
		end += count;
	}
	return end;
};

const unreadable = (path: string, cause: unknown): RecordingError => {
	const code = errnoName(cause) === 'ENOENT' ? 'not-found' : 'unreadable';
	return new RecordingError(code, `cannot read ${path}: ${reasonOf(cause)}`, cause);
};

/** A recording as a source of the events that it holds. */
class Recording implements Source {
	readonly info: CaptureInfo;
	readonly #fd: number;
	readonly #buffer = Buffer.allocUnsafeSlow(SLICE_BYTES);
	/** How much of the buffer is used. */
	#sliceBytes = FIRST_SLICE_BYTES;
	/** Bytes in the buffer, and where they begin in the file. */
	#length = 0;
	#offset: number;
	/** Largest time so far, in halves: it need not be exact in a double. */
	#timeHigh = 0;
	#timeLow = 0;
	readonly #size: number;
	#stopped = false;
	#tornBytes = 0;
	#failed = false;
	/** An `end` was among the events. */
	#ended = false;
	#paused = false;
	/** Reads on; null before the start, after the end, and while that is under way. */
	#next: (() => void) | null = null;

	constructor(info: CaptureInfo, fd: number, offset: number) {
		this.#size = fstatSync(fd).size;
		this.info = info;
		this.#fd = fd;
		this.#offset = offset;
	}

	/** Known at the end: bytes missing behind the last whole event, or at least so many; 0 when none are. */
	get tornBytes(): number {
		return this.#tornBytes;
	}

	progress(): { readonly read: number; readonly size: number } {
		return { read: this.#offset, size: this.#size };
	}

	countMissing(completeness: Completeness): void {
		completeness.tornBytes += this.#tornBytes;
		if (this.#failed) completeness.damagedFiles++;
	}

	start(onEvents: OnEvents, onEnd: (error: Error | null) => void): void {
		const next = (): void => {
			const result = this.#slice(onEvents);
			if (result === 'more') {
				this.#next = next;
				this.#goOn();
				return;
			}
			closeSync(this.#fd);
			this.#failed = result instanceof RecordingError;
			if (!this.#ended) onEvents(this.#endRecord(), Header.bytes);
			onEnd(result instanceof RecordingError ? result : null);
		};
		setImmediate(next);
	}

	stop(): void {
		this.#stopped = true;
		this.resume();
	}

	pause(): void {
		this.#paused = true;
	}

	resume(): void {
		this.#paused = false;
		this.#goOn();
	}

	#goOn(): void {
		const next = this.#next;
		if (this.#paused || next === null) return;
		this.#next = null;
		setImmediate(next);
	}

	/** Hands the whole records of one slice on. `torn`: there are no more, and no `end` was among them. */
	#slice(onEvents: OnEvents): 'more' | 'ended' | 'torn' | RecordingError {
		if (this.#stopped) return 'torn';
		try {
			this.#length = readFully(this.#fd, this.#buffer.subarray(0, this.#sliceBytes), this.#length);
		} catch (cause) {
			return unreadable(this.info.name, cause);
		}
		const { end, found } = this.#scan();
		const atEnd = this.#length < this.#sliceBytes;
		this.#sliceBytes = Math.min(2 * this.#sliceBytes, SLICE_BYTES);
		const rest = this.#length - end;
		if (end > 0) onEvents(this.#buffer, end);
		if (found === 'end') {
			this.#ended = true;
			return this.#endsAt(end) ? 'ended' : this.#damaged(end);
		}
		if (found === 'nonsense') return this.#damaged(end);
		if (atEnd) {
			this.#tornBytes = this.#missing(end);
			return 'torn';
		}
		this.#buffer.copyWithin(0, end, this.#length);
		this.#length = rest;
		this.#offset += end;
		return 'more';
	}

	/** Finds the end of the whole records in the buffer, and what follows them. */
	#scan(): { readonly end: number; readonly found: 'part' | 'end' | 'nonsense' } {
		const buffer = this.#buffer;
		let at = 0;
		while (at + Header.bytes <= this.#length) {
			const size = buffer.readUInt32LE(at);
			if (size < Header.bytes || size > MAX_EVENT_BYTES || size % ALIGNMENT !== 0)
				return { end: at, found: 'nonsense' };
			if (at + size > this.#length) break;
			this.#see(buffer.readUInt32LE(at + Header.time + 4), buffer.readUInt32LE(at + Header.time));
			const type = buffer[at + Header.type];
			at += size;
			if (type === EventType.end) return { end: at, found: 'end' };
		}
		return { end: at, found: 'part' };
	}

	/** Whether the file does, too: nothing stands behind the `end` of a recording. */
	#endsAt(end: number): boolean {
		return fstatSync(this.#fd).size === this.#offset + end;
	}

	#see(high: number, low: number): void {
		if (high < this.#timeHigh || (high === this.#timeHigh && low <= this.#timeLow)) return;
		this.#timeHigh = high;
		this.#timeLow = low;
	}

	/** What the record that was cut off, or else the `end`, lacks. */
	#missing(at: number): number {
		const present = this.#length - at;
		return (present < Header.bytes ? Header.bytes : this.#buffer.readUInt32LE(at)) - present;
	}

	#damaged(at: number): RecordingError {
		const message = `${this.info.name}: the recording is damaged at byte ${this.#offset + at}; what follows was not read`;
		return new RecordingError('damaged', message);
	}

	/** The `end` that a recording without one gets: at the last time that it tells. */
	#endRecord(): Buffer {
		const record = Buffer.alloc(Header.bytes);
		record.writeUInt32LE(Header.bytes, Header.size);
		record[Header.type] = EventType.end;
		record.writeUInt32LE(this.#timeLow, Header.time);
		record.writeUInt32LE(this.#timeHigh, Header.time + 4);
		return record;
	}
}

const openAt = (path: string, fd: number): Recording => {
	const prefix = Buffer.alloc(PREFIX_BYTES);
	const length = decodePrefix(prefix.subarray(0, readFully(fd, prefix, 0)), path);
	const header = Buffer.alloc(length);
	const info = decodeHeader(header.subarray(0, readFully(fd, header, 0)), path);
	return new Recording(info, fd, PREFIX_BYTES + length);
};

/**
 * Opens a recording. Throws a RecordingError when the file cannot be read or is none; what is wrong further on is told
 * at the end. A torn file is read up to its last whole event.
 */
export const openRecording = (path: string): Source & { readonly tornBytes: number } => {
	let fd: number | null = null;
	try {
		fd = openSync(path, 'r');
		return openAt(path, fd);
	} catch (error) {
		if (fd !== null) closeSync(fd);
		throw error instanceof RecordingError ? error : unreadable(path, error);
	}
};
