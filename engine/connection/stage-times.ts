import { StageBit } from '../capture/events.ts';
import { NO_TIMES, type StageTimes } from '../exchange/stages.ts';
import type { RecordReader } from './record-reader.ts';

const MASK_BITS = 16;

const names: readonly (keyof StageTimes | undefined)[] = Array.from({ length: MASK_BITS }, (_, bit) =>
	(Object.keys(StageBit) as (keyof typeof StageBit)[]).find((name) => StageBit[name] === bit),
);

/** Bytes that the times of a mask take. */
export const stageBytes = (mask: number): number => {
	let count = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
	return 8 * count;
};

/** The times of `mask` from `at` on, so far as they end before `end`. Bits of later versions are passed over. */
export const readStages = (reader: RecordReader, mask: number, at: number, end: number): StageTimes => {
	const times: StageTimes = { ...NO_TIMES };
	let next = at;
	for (let bit = 0; bit < MASK_BITS && next + 8 <= end; bit++) {
		if ((mask & (1 << bit)) === 0) continue;
		const name = names[bit];
		if (name === 'interface' || name === 'rtt') times[name] = reader.u64(next);
		else if (name !== undefined) times[name] = reader.time(next);
		next += 8;
	}
	return times;
};
