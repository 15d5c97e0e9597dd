import { StageBit } from '../capture/events.ts';
import type { StageRange, StageTimes } from '../exchange/stages.ts';
import type { RecordReader } from './record-reader.ts';

/** Bytes that the times of a mask take. */
export const stageBytes = (mask: number): number => {
	let count = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
	return 8 * count;
};

/** Behind the times of its mask stand what are no times. */
const NUMBERS = (1 << StageBit.interface) | (1 << StageBit.rtt);
/** As many as StageBit has. */
const BITS = 9;

/** Where in the numbers of a range, behind those of the bits, its own stand. */
const POS = BITS;
const END = BITS + 1;
const TIME = BITS + 2;

/**
 * What a record tells of a range of bytes, and its times at once. All numbers are in one array of doubles, which is one
 * allocation: as properties each would be one.
 */
export class RecordedRange implements StageRange, StageTimes {
	readonly kind: StageRange['kind'];
	iface: string | null = null;
	/** By the bit; NaN: not told. */
	readonly #told: number[];

	/** The times of `mask` from `at` on, so far as they end before `limit`. Bits of later versions are passed over. */
	constructor(
		kind: StageRange['kind'],
		pos: number,
		end: number,
		time: number,
		reader: RecordReader,
		mask: number,
		at: number,
		limit: number,
	) {
		this.kind = kind;
		const told = [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, pos, end, time];
		this.#told = told;
		let next = at;
		for (let bit = 0; bit < BITS && next + 8 <= limit; bit++) {
			const one = 1 << bit;
			if ((mask & one) === 0) continue;
			told[bit] = (NUMBERS & one) === 0 ? reader.time(next) : reader.u64(next);
			next += 8;
		}
	}

	get times(): StageTimes {
		return this;
	}

	get pos(): number {
		return this.#told[POS];
	}

	get end(): number {
		return this.#told[END];
	}

	get time(): number {
		return this.#told[TIME];
	}

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
		const value = this.#told[bit];
		return Number.isNaN(value) ? null : value;
	}
}
