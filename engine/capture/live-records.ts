import { Clock, EventType, Header, Lost } from './events.ts';

/** The records of bpf/events.h that user space adds to those of the kernel. Times are CLOCK_MONOTONIC ns. */

function newRecord(type: number, bytes: number, time: bigint): DataView {
	const record = new DataView(new ArrayBuffer(bytes));
	record.setUint32(Header.size, bytes, true);
	record.setUint8(Header.type, type);
	record.setBigUint64(Header.time, time, true);
	return record;
}

const bytesOf = (record: DataView): Uint8Array => new Uint8Array(record.buffer);

export const tickRecord = (time: bigint): Uint8Array => bytesOf(newRecord(EventType.tick, Header.bytes, time));

export const endRecord = (time: bigint): Uint8Array => bytesOf(newRecord(EventType.end, Header.bytes, time));

export function clockRecord(time: bigint, offset: bigint): Uint8Array {
	const record = newRecord(EventType.clock, Clock.bytes, time);
	record.setBigInt64(Clock.offset, offset, true);
	return bytesOf(record);
}

export interface LossCounters {
	readonly ringFull: bigint;
	readonly ringFullBytes: bigint;
	readonly helperFailed: bigint;
	readonly contended: bigint;
	readonly unseen: bigint;
	readonly unseenBytes: bigint;
	readonly mptcp: bigint;
	readonly mptcpBytes: bigint;
}

export const NO_LOSS: LossCounters = {
	ringFull: 0n,
	ringFullBytes: 0n,
	helperFailed: 0n,
	contended: 0n,
	unseen: 0n,
	unseenBytes: 0n,
	mptcp: 0n,
	mptcpBytes: 0n,
};

export function lostRecord(time: bigint, lost: LossCounters): Uint8Array {
	const record = newRecord(EventType.lost, Lost.bytes, time);
	record.setBigUint64(Lost.ringFull, lost.ringFull, true);
	record.setBigUint64(Lost.ringFullBytes, lost.ringFullBytes, true);
	record.setBigUint64(Lost.helperFailed, lost.helperFailed, true);
	record.setBigUint64(Lost.contended, lost.contended, true);
	record.setBigUint64(Lost.unseen, lost.unseen, true);
	record.setBigUint64(Lost.unseenBytes, lost.unseenBytes, true);
	record.setBigUint64(Lost.mptcp, lost.mptcp, true);
	record.setBigUint64(Lost.mptcpBytes, lost.mptcpBytes, true);
	return bytesOf(record);
}
