import { StageBit } from '../capture/events.ts';
import type { StageTimes } from '../exchange/stages.ts';
import type { RecordReader } from './record-reader.ts';

/** Bytes that the times of a mask take. */
export const stageBytes = (mask: number): number => {
	let count = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
	return 8 * count;
};

/** Behind the times of its mask stand what are no times. */
const NUMBERS = (1 << StageBit.interface) | (1 << StageBit.rtt);

/** What a record told, by the bit: doubles in one array are one allocation, properties would be one each. */
class RecordedTimes implements StageTimes {
	/** NaN: not told. As many as StageBit has. */
	readonly told = [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN];

	get queued(): number | null {
		return this.#of(StageBit.queued);
	}

	get queuedEnd(): number | null {
		return this.#of(StageBit.queuedEnd);
	}

	get sent(): number | null {
		return this.#of(StageBit.sent);
	}

	get sentEnd(): number | null {
		return this.#of(StageBit.sentEnd);
	}

	get received(): number | null {
		return this.#of(StageBit.received);
	}

	get tcp(): number | null {
		return this.#of(StageBit.tcp);
	}

	get readable(): number | null {
		return this.#of(StageBit.readable);
	}

	get interface(): number | null {
		return this.#of(StageBit.interface);
	}

	get rtt(): number | null {
		return this.#of(StageBit.rtt);
	}

	#of(bit: number): number | null {
		const value = this.told[bit];
		return Number.isNaN(value) ? null : value;
	}
}

/** The times of `mask` from `at` on, so far as they end before `end`. Bits of later versions are passed over. */
export const readStages = (reader: RecordReader, mask: number, at: number, end: number): StageTimes => {
	const times = new RecordedTimes();
	const { told } = times;
	let next = at;
	for (let bit = 0; bit < told.length && next + 8 <= end; bit++) {
		const one = 1 << bit;
		if ((mask & one) === 0) continue;
		told[bit] = (NUMBERS & one) === 0 ? reader.time(next) : reader.u64(next);
		next += 8;
	}
	return times;
};
