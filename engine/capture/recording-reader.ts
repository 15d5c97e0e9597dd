import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Completeness } from '../completeness.ts';
import { errnoName, reasonOf } from '../file-error.ts';
import { once } from '../node-modules.ts';
import { type ByteInput, readWhole } from './byte-input.ts';
import { ALIGNMENT, Check, EventType, Header, MAX_EVENT_BYTES } from './events.ts';
import { InputError } from './input-error.ts';
import { RecordingBlocks } from './recording-blocks.ts';
import { MAX_BLOCK_BYTES } from './recording-check.ts';
import { RecordingDamage } from './recording-damage.ts';
import { RecordingError } from './recording-error.ts';
import { decodeHeader, decodePrefix, PREFIX_BYTES } from './recording-format.ts';
import type { CaptureInfo, OnEvents, Source } from './source.ts';

/**
 * Handled between two turns of the event loop: some milliseconds, so that Ctrl-C is heard. What becomes of them is dropped
 * before the next ones come: with four times as much bodies and stages took 8% more CPU and 40% more memory.
 */
const SLICE_BYTES = 256 << 10;

/** The first slice; each further one may be twice as long. A query that soon has enough reads no more than it needs. */
const FIRST_SLICE_BYTES = 64 << 10;

/** Where the bytes of a recording come from: a file, or any input, as ByteInput tells. */
interface RecordedBytes {
	readonly fill: (buffer: Buffer, at: number) => number | Promise<number>;
	readonly close: () => unknown;
	readonly read: number;
	readonly size: number | null;
}

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

/** A file from where `fd` stands, `offset`, on. It is read at once: no promise is as quick. */
const fromFile = (fd: number, offset: number): RecordedBytes => {
	let read = offset;
	return {
		fill: (buffer, at) => {
			const end = readFully(fd, buffer, at);
			read += end - at;
			return end;
		},
		// Another file may soon have the number.
		close: once(() => closeSync(fd)),
		get read() {
			return read;
		},
		size: fstatSync(fd).size,
	};
};

/** A recording as a source of the events that it holds. */
class Recording implements Source {
	readonly info: CaptureInfo;
	readonly #bytes: RecordedBytes;
	readonly #buffer = Buffer.allocUnsafeSlow(MAX_BLOCK_BYTES);
	readonly #damage = new RecordingDamage();
	/** Null: the recording has no checks. */
	readonly #blocks: RecordingBlocks | null;
	/** How much of the buffer is used: all where a record or block is longer than a slice. */
	#sliceBytes = FIRST_SLICE_BYTES;
	/** Bytes in the buffer, and where they begin in the file. */
	#length = 0;
	#offset: number;
	/** Largest time so far: its high half and its low one, for it need not be exact in a double. */
	readonly #time = new Uint32Array(2);
	#stopped = false;
	#tornBytes = 0;
	/** An `end` was among the events. */
	#ended = false;
	#paused = false;
	/** Lets a paused run go on. */
	#wake: () => void = () => {};

	constructor(header: ReturnType<typeof decodeHeader>, bytes: RecordedBytes, offset: number) {
		this.info = header.info;
		this.#blocks =
			header.seed === null
				? null
				: new RecordingBlocks(header.seed, this.#damage, (time) => this.#see(time.high, time.low));
		this.#bytes = bytes;
		this.#offset = offset;
	}

	/** Known at the end: bytes missing behind the last whole event, or at least so many; 0 when none are. */
	get tornBytes(): number {
		return this.#tornBytes;
	}

	progress(): { readonly read: number; readonly size: number | null } {
		return { read: this.#bytes.read, size: this.#bytes.size };
	}

	countMissing(completeness: Completeness): void {
		completeness.tornBytes += this.#tornBytes;
		this.#damage.countMissing(completeness);
	}

	start(onEvents: OnEvents, onEnd: (error: Error | null) => void): void {
		void this.#run(onEvents).then(onEnd);
	}

	stop(): void {
		if (this.#stopped) return;
		this.#stopped = true;
		this.resume();
		// A pipe may keep what reads it waiting.
		this.#bytes.close();
	}

	pause(): void {
		this.#paused = !this.#stopped;
	}

	resume(): void {
		this.#paused = false;
		this.#wake();
	}

	async #run(onEvents: OnEvents): Promise<Error | null> {
		let result: 'more' | 'ended' | 'torn' | Error = 'more';
		while (result === 'more') {
			await new Promise(setImmediate);
			while (this.#paused) {
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
			}
			result = await this.#slice(onEvents);
		}
		this.#bytes.close();
		// What cannot be read further is as if it were damaged.
		if (result instanceof Error) this.#damage.restFrom(this.#offset);
		const error = result instanceof Error ? result : this.#damage.error(this.info.name);
		if (!this.#ended) onEvents(this.#endRecord(), Header.bytes);
		return error;
	}

	/** Hands the whole records of one slice on. `torn`: there are no more, and no `end` was among them. */
	async #slice(onEvents: OnEvents): Promise<'more' | 'ended' | 'torn' | Error> {
		if (this.#stopped) return 'torn';
		const before = this.#length;
		try {
			this.#length = await this.#bytes.fill(this.#buffer.subarray(0, this.#sliceBytes), before);
		} catch (cause) {
			return this.#failed(cause);
		}
		if (this.#stopped) return 'torn';
		if (this.#length === before) return this.#atEnd(onEvents);
		const { end, found } =
			this.#blocks === null ? this.#takeRecords(onEvents, 0) : this.#takeBlocks(onEvents, this.#blocks);
		const rest = this.#length - end;
		const next = Math.min(2 * this.#sliceBytes, SLICE_BYTES);
		this.#sliceBytes = rest < next ? next : this.#buffer.length;
		if (found !== 'part') return this.#afterLast(end, found);
		this.#drop(end);
		return 'more';
	}

	/** Nothing can be read behind the `end`, or nonsense, at `end`. */
	async #afterLast(end: number, found: 'end' | 'nonsense'): Promise<'ended' | Error> {
		this.#ended = found === 'end';
		try {
			const isClean = this.#ended && this.#length === end && (await this.#isOver());
			if (!isClean) this.#damage.restFrom(this.#offset + end);
			return 'ended';
		} catch (cause) {
			return this.#failed(cause);
		}
	}

	/** What came of an attempt to read further. */
	#failed(cause: unknown): Error {
		return cause instanceof InputError ? cause : unreadable(this.info.name, cause);
	}

	/** What is left in the buffer is all that there is. */
	#atEnd(onEvents: OnEvents): 'ended' | 'torn' | Promise<'ended' | Error> {
		const blocks = this.#blocks;
		while (blocks?.isDamagedPart(this.#buffer, this.#length, this.#offset)) {
			const { end, found } = this.#takeBlocks(onEvents, blocks);
			if (found === 'end') return this.#afterLast(end, found);
			this.#drop(end);
		}
		const lost = blocks?.lostFrom ?? null;
		if (lost === null) return this.#torn(onEvents);
		this.#damage.restFrom(lost);
		return 'ended';
	}

	/** What was handed on makes room. */
	#drop(end: number): void {
		this.#buffer.copyWithin(0, end, this.#length);
		this.#length -= end;
		this.#offset += end;
	}

	/** Of a block that was not written to its end there are the whole records that come first. */
	#torn(onEvents: OnEvents): 'ended' | 'torn' {
		const isBlock = this.#blocks !== null && this.#length >= Check.bytes;
		const { end, found } = isBlock ? this.#scan(Check.bytes) : { end: 0, found: 'part' };
		if (found === 'part') {
			if (isBlock) this.#handOn(onEvents, Check.bytes, end);
			this.#tornBytes = this.#missing(end);
			return 'torn';
		}
		// It was: its check is damaged.
		this.#damage.restFrom(this.#offset);
		return 'ended';
	}

	#takeRecords(
		onEvents: OnEvents,
		start: number,
	): { readonly end: number; readonly found: 'part' | 'end' | 'nonsense' } {
		const { end, found } = this.#scan(start);
		this.#handOn(onEvents, start, end);
		return { end, found };
	}

	#takeBlocks(onEvents: OnEvents, blocks: RecordingBlocks): { readonly end: number; readonly found: 'part' | 'end' } {
		for (let at = 0; ; ) {
			const { start, end, found } = blocks.next(this.#buffer, at, this.#length, this.#offset);
			this.#handOn(onEvents, start, end);
			if (found !== 'again') return { end, found };
			at = end;
		}
	}

	#handOn(onEvents: OnEvents, start: number, end: number): void {
		if (end > start && !this.#stopped) onEvents(start === 0 ? this.#buffer : this.#buffer.subarray(start), end - start);
	}

	/** Finds the end of the whole records in the buffer, and what follows them. */
	#scan(start: number): { readonly end: number; readonly found: 'part' | 'end' | 'nonsense' } {
		const buffer = this.#buffer;
		let at = start;
		while (at + Header.bytes <= this.#length) {
			const size = buffer.readUInt32LE(at);
			if (size < Header.bytes || size > MAX_EVENT_BYTES || size % ALIGNMENT !== 0)
				return { end: at, found: 'nonsense' };
			if (at + size > this.#length) break;
			this.#see(buffer.readUInt32LE(at + Header.time + 4), buffer.readUInt32LE(at + Header.time));
			const type = buffer[at + Header.type];
			// Where there are checks they were looked at before: the header has lost them.
			if (type === EventType.check) return { end: at, found: 'nonsense' };
			at += size;
			if (type === EventType.end) return { end: at, found: 'end' };
		}
		return { end: at, found: 'part' };
	}

	/** Whether nothing stands behind the `end` of the recording. A pipe may stay open behind it. */
	async #isOver(): Promise<boolean> {
		return this.#bytes.size === null || (await this.#bytes.fill(this.#buffer.subarray(0, 1), 0)) === 0;
	}

	#see(high: number, low: number): void {
		const time = this.#time;
		if (high < time[0]! || (high === time[0] && low <= time[1]!)) return;
		time[0] = high;
		time[1] = low;
	}

	/** What the record that was cut off, or else the `end`, lacks. */
	#missing(at: number): number {
		const present = this.#length - at;
		return (present < Header.bytes ? Header.bytes : this.#buffer.readUInt32LE(at)) - present;
	}

	/** The `end` that a recording without one gets: at the last time that it tells. */
	#endRecord(): Buffer {
		const record = Buffer.alloc(Header.bytes);
		record.writeUInt32LE(Header.bytes, Header.size);
		record[Header.type] = EventType.end;
		record.writeUInt32LE(this.#time[1]!, Header.time);
		record.writeUInt32LE(this.#time[0]!, Header.time + 4);
		return record;
	}
}

const openAt = (path: string, fd: number): Recording => {
	const prefix = Buffer.alloc(PREFIX_BYTES);
	const length = decodePrefix(prefix.subarray(0, readFully(fd, prefix, 0)), path);
	const header = Buffer.alloc(length);
	const facts = decodeHeader(header.subarray(0, readFully(fd, header, 0)), path);
	return new Recording(facts, fromFile(fd, PREFIX_BYTES + length), PREFIX_BYTES + length);
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

/** As `openRecording`, of an input that is open and begins as a recording: a pipe, or a compressed file. */
export const recordingFrom = async (input: ByteInput, name: string): Promise<Source> => {
	try {
		const length = decodePrefix(await readWhole(input, PREFIX_BYTES), name);
		return new Recording(decodeHeader(await readWhole(input, length), name), input, PREFIX_BYTES + length);
	} catch (error) {
		await input.close();
		throw error;
	}
};
