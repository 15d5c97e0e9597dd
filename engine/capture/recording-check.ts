import { nodeZlib } from '../node-modules.ts';
import { Check, CheckFlag, EventType, Header, MAX_EVENT_BYTES } from './events.ts';

/*
 * A block of a recording: a check (bpf/events.h) and the records that it covers. It goes before them, so that what
 * reads it knows how much it has to have before the first of them may be believed.
 */

/** Records of a block; one that is longer is alone. A reader holds a block before it hands anything of it on. */
export const BLOCK_BYTES = 32 << 10;

/** Where a recording had to be ended, `end` is in the last block in any case. */
const MAX_LENGTH = MAX_EVENT_BYTES + Header.bytes;

export const MAX_BLOCK_BYTES = Check.bytes + MAX_LENGTH;

/** Both halves of a time: as one number it is no double, and a BigInt for each record costs too much. */
export interface Time {
	high: number;
	low: number;
}

export interface CheckFacts {
	readonly offset: number;
	/** Of the records. */
	readonly length: number;
	readonly time: Time;
	readonly isLast: boolean;
	/** CRC of the records: `crc32(records, seed)`. */
	readonly crc: number;
}

export const crc32 = (bytes: Uint8Array, before: number): number => nodeZlib().crc32(bytes, before);

export const checkRecord = ({ offset, length, time, isLast, crc }: CheckFacts): Buffer => {
	const check = Buffer.alloc(Check.bytes);
	check.writeUInt32LE(Check.bytes, Header.size);
	check[Header.type] = EventType.check;
	check[Header.flags] = isLast ? CheckFlag.last : 0;
	check.writeUInt32LE(time.low, Header.time);
	check.writeUInt32LE(time.high, Header.time + 4);
	check.writeBigUInt64LE(BigInt(offset), Check.offset);
	check.writeUInt32LE(length, Check.len);
	check.writeUInt32LE(crc32(check.subarray(0, Check.crc), crc), Check.crc);
	return check;
};

/** With these bytes every check begins. */
export const CHECK_SIGN = Buffer.of(Check.bytes, 0, 0, 0, EventType.check);

export type Block =
	/** It is as it was written, up to `end`. */
	| { readonly kind: 'whole'; readonly end: number }
	/** There are not enough bytes to tell. */
	| { readonly kind: 'part' }
	/** It is none, or is damaged; another one may be from `next` on. */
	| { readonly kind: 'bad'; readonly next: number };

const PART: Block = { kind: 'part' };

/** Whether a block of that size is of one record, or one and an `end`. */
const isOneRecord = (record: number, size: number): boolean => record === size || record === size - Header.bytes;

/** What is at `at` in `buffer[0, length)`, which is at `offset` of the file. */
export const blockAt = (buffer: Buffer, at: number, length: number, offset: number, seed: number): Block => {
	if (at + Check.bytes > length) return PART;
	const size = buffer.readUInt32LE(at + Check.len);
	const isCheck =
		buffer.readUInt32LE(at) === Check.bytes &&
		buffer[at + Header.type] === EventType.check &&
		buffer.readUInt32LE(at + Check.offset) + 2 ** 32 * buffer.readUInt32LE(at + Check.offset + 4) === offset &&
		size <= MAX_LENGTH;
	if (!isCheck) return { kind: 'bad', next: at + 1 };
	const start = at + Check.bytes;
	const end = start + size;
	if (
		size > BLOCK_BYTES + Header.bytes &&
		length >= start + Header.bytes &&
		!isOneRecord(buffer.readUInt32LE(start), size)
	)
		return { kind: 'bad', next: at + 1 };
	if (end > length) return PART;
	const crc = crc32(buffer.subarray(at, at + Check.crc), crc32(buffer.subarray(start, end), seed));
	// Looked for in every byte, such blocks would be read over and over.
	return crc === buffer.readUInt32LE(at + Check.crc) ? { kind: 'whole', end } : { kind: 'bad', next: end };
};

/** Whether the recording ends with the block `[at, end)`. */
export const isLast = (buffer: Buffer, at: number, end: number): boolean =>
	((buffer[at + Header.flags] ?? 0) & CheckFlag.last) !== 0 &&
	buffer.readUInt32LE(end - Header.bytes) === Header.bytes &&
	buffer[end - Header.bytes + Header.type] === EventType.end;
