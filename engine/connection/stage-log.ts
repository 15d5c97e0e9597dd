import { MAX_RANGES, type StageRange } from '../exchange/stages.ts';

/** Whether all of them are of `[pos, end)` and of nothing behind it. */
const areOf = (ranges: readonly StageRange[], pos: number, end: number): boolean => {
	for (const range of ranges) if (range.pos >= end || range.end <= pos || range.end > end) return false;
	return true;
};

/** What is known of the stages of one direction's bytes, until their message is complete. */
export class StageLog {
	/** Null, not empty: an array that begins with what it holds has room for nothing else. */
	#ranges: StageRange[] | null = null;

	/**
	 * When there is no room the newest gives way: then the first and the last byte of the message are still known.
	 * Retransmissions are counted, and so they stay.
	 */
	add(range: StageRange): void {
		if (this.#ranges === null) {
			this.#ranges = [range];
			return;
		}
		if (this.#ranges.length >= MAX_RANGES) {
			const newest = this.#ranges.findLastIndex(({ kind }) => kind !== 'retransmit');
			this.#ranges.splice(newest, 1);
		}
		this.#ranges.push(range);
	}

	/** What is known of `[pos, end)`. What ends before `end` is forgotten: messages are complete in their order. */
	take(pos: number, end: number): StageRange[] {
		const ranges = this.#ranges;
		if (ranges === null) return [];
		// Where messages come one by one these are all, and of this one.
		if (areOf(ranges, pos, end)) {
			this.#ranges = null;
			return ranges;
		}
		this.#ranges = ranges.filter((range) => range.end > end);
		return ranges.filter((range) => range.pos < end && range.end > pos);
	}
}
