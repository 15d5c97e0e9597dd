import { closeSync, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync, writevSync } from 'node:fs';
import { errnoName, reasonOf } from '../file-error.ts';
import { Check, EventType, Header } from './events.ts';
import { BLOCK_BYTES, checkRecord, crc32, type Time } from './recording-check.ts';
import { RecordingError } from './recording-error.ts';
import { encodeHeader } from './recording-format.ts';
import type { CaptureInfo } from './source.ts';

/** It holds other people's payload. */
const PRIVATE = 0o600;

/** Why a recording ends in whose file another was begun. */
const OTHERS = 'another program has taken the file';

/** Records in a buffer, from some index on. */
interface WholeRecords {
	readonly count: number;
	/** Where the last of them begins, and where it ends. */
	readonly last: number;
	readonly end: number;
	/** The largest of their times. */
	readonly time: Time;
	readonly isLast: boolean;
}

/** The whole records in `bytes[start, length)`, as many as a block may hold. */
const wholeRecords = (bytes: Uint8Array, start: number, length: number): WholeRecords => {
	const view = new DataView(bytes.buffer, bytes.byteOffset, length);
	const time = { high: 0, low: 0 };
	let last = start;
	let end = start;
	let count = 0;
	while (end + Header.bytes <= length) {
		const size = view.getUint32(end, true);
		if (size < Header.bytes || end + size > length) break;
		if (count > 0 && end + size - start > BLOCK_BYTES) break;
		const high = view.getUint32(end + Header.time + 4, true);
		const low = view.getUint32(end + Header.time, true);
		if (high > time.high || (high === time.high && low > time.low)) [time.high, time.low] = [high, low];
		last = end;
		end += size;
		count++;
	}
	return { count, last, end, time, isLast: count > 0 && bytes[last + Header.type] === EventType.end };
};

const endRecord = ({ high, low }: Time): Buffer => {
	const record = Buffer.alloc(Header.bytes);
	record.writeUInt32LE(Header.bytes, Header.size);
	record.writeUInt8(EventType.end, Header.type);
	record.writeUInt32LE(low, Header.time);
	record.writeUInt32LE(high, Header.time + 4);
	return record;
};

/** Records of the last block, and the CRC of them. */
interface Covered {
	readonly length: number;
	readonly crc: number;
}

interface LastBlock {
	/** In the file. */
	readonly offset: number;
	readonly time: Time;
	readonly all: Covered;
	/** Without the last record. */
	readonly before: Covered;
}

interface NewBlock {
	readonly block: LastBlock;
	readonly count: number;
	/** The check, and the records. */
	readonly pieces: readonly [Buffer, Uint8Array];
}

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
	readonly #seed: number;
	#last: LastBlock | null = null;

	/** Replaces an existing file. Throws a RecordingError when it cannot be written. */
	constructor(path: string, info: CaptureInfo, onFailure: (error: RecordingError) => void) {
		this.#path = path;
		this.#onFailure = onFailure;
		const { bytes: header, seed } = encodeHeader(info);
		this.#seed = seed;
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
		const blocks: NewBlock[] = [];
		let offset = this.#bytes;
		for (let at = 0; at < length; ) {
			const records = wholeRecords(bytes, at, length);
			if (records.count === 0) break;
			const block = this.#block(offset, bytes, at, records);
			const check = this.#check(block, block.all, records.isLast);
			blocks.push({ block, count: records.count, pieces: [check, bytes.subarray(at, records.end)] });
			offset += check.length + block.all.length;
			at = records.end;
		}
		this.#writeBlocks(blocks);
	}

	#writeBlocks(blocks: readonly NewBlock[]): void {
		const pieces = blocks.flatMap((block) => block.pieces);
		let written = 0;
		let failure: unknown = null;
		try {
			// One call: one for each block takes half as long again.
			written = writevSync(this.#fd, pieces);
			const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
			const rest = written < total ? Buffer.concat(pieces) : null;
			while (rest !== null && written < total) written += writeSync(this.#fd, rest, written);
		} catch (error) {
			failure = error;
		}
		for (const { block, count, pieces } of blocks) {
			const size = Check.bytes + block.all.length;
			if (written < size) {
				this.#notePart(pieces[1], written - Check.bytes);
				break;
			}
			this.#note(block, count);
			written -= size;
		}
		if (failure !== null) this.#end(failure);
	}

	/** Of a block `length` bytes of the records were written. */
	#notePart(body: Uint8Array, length: number): void {
		const whole = wholeRecords(body, 0, Math.max(0, length));
		if (whole.count > 0) this.#note(this.#block(this.#bytes, body, 0, whole), whole.count);
	}

	#note(block: LastBlock, count: number): void {
		this.#last = block;
		this.#bytes = block.offset + Check.bytes + block.all.length;
		this.#events += count;
	}

	#block(offset: number, bytes: Uint8Array, start: number, { last, end, time }: WholeRecords): LastBlock {
		const before = { length: last - start, crc: crc32(bytes.subarray(start, last), this.#seed) };
		const all = { length: end - start, crc: crc32(bytes.subarray(last, end), before.crc) };
		return { offset, time, all, before };
	}

	#check({ offset, time }: LastBlock, covered: Covered, isLast: boolean): Buffer {
		return checkRecord({ ...covered, offset, time, isLast });
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
		const none: Covered = { length: 0, crc: this.#seed };
		const first: LastBlock = { offset: this.#bytes, time: { high: 0, low: 0 }, all: none, before: none };
		const block = this.#last ?? first;
		if (this.#sealAt(block, block.all)) return;
		if (this.#last === null) ftruncateSync(this.#fd, this.#bytes);
		else if (this.#sealAt(block, block.before)) this.#events--;
	}

	/** Puts an `end` behind these records of the last block. */
	#sealAt(block: LastBlock, { length, crc }: Covered): boolean {
		const end = endRecord(block.time);
		const covered = { length: length + end.length, crc: crc32(end, crc) };
		const at = block.offset + Check.bytes + length;
		ftruncateSync(this.#fd, at);
		try {
			if (writeSync(this.#fd, end, 0, end.length, at) !== end.length) return false;
			writeSync(this.#fd, this.#check(block, covered, true), 0, Check.bytes, block.offset);
			return true;
		} catch {
			return false;
		}
	}

	#tell(error: unknown): void {
		const code = ['ENOSPC', 'EDQUOT'].includes(errnoName(error)) ? 'disk-full' : 'unwritable';
		const kept = `${this.#events} event${this.#events === 1 ? '' : 's'}`;
		this.#onFailure(
			new RecordingError(code, `recording ended: ${reasonOf(error)} after ${kept} (${this.#path})`, error),
		);
	}
}
