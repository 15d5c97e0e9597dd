import { StageBit } from '../capture/events.ts';
import { NO_TIMES, type StageTimes } from '../exchange/stages.ts';
import type { RecordReader } from './record-reader.ts';

/** Bytes that the times of a mask take. */
export const stageBytes = (mask: number): number => {
	let count = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
	return 8 * count;
};

/** The times of `mask` from `at` on, so far as they end before `end`. Bits of later versions are passed over. */
export const readStages = (reader: RecordReader, mask: number, at: number, end: number): StageTimes => {
	const times: StageTimes = { ...NO_TIMES };
	let rest = mask;
	for (let next = at; rest !== 0 && next + 8 <= end; next += 8) {
		// By name each would be a property of its own to V8: computed names cost four times as much.
		switch (Math.clz32(rest & -rest) ^ 31) {
			case StageBit.queued:
				times.queued = reader.time(next);
				break;
			case StageBit.queuedEnd:
				times.queuedEnd = reader.time(next);
				break;
			case StageBit.sent:
				times.sent = reader.time(next);
				break;
			case StageBit.sentEnd:
				times.sentEnd = reader.time(next);
				break;
			case StageBit.received:
				times.received = reader.time(next);
				break;
			case StageBit.tcp:
				times.tcp = reader.time(next);
				break;
			case StageBit.readable:
				times.readable = reader.time(next);
				break;
			case StageBit.interface:
				times.interface = reader.u64(next);
				break;
			case StageBit.rtt:
				times.rtt = reader.u64(next);
		}
		rest &= rest - 1;
	}
	return times;
};
