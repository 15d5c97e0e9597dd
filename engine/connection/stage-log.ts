import { MAX_RANGES, type StageRange } from '../exchange/stages.ts';

/** What is known of the stages of one direction's bytes, until their message is complete. */
export class StageLog {
	#ranges: StageRange[] = [];

	/**
	 * When there is no room the newest gives way: then the first and the last byte of the message are still known.
	 * Retransmissions are counted, and so they stay.
	 */
	add(range: StageRange): void {
		if (this.#ranges.length >= MAX_RANGES) {
			const newest = this.#ranges.findLastIndex(({ kind }) => kind !== 'retransmit');
			this.#ranges.splice(newest, 1);
		}
		this.#ranges.push(range);
	}

	/** What is known of `[pos, end)`. What ends before `end` is forgotten: messages are complete in their order. */
	take(pos: number, end: number): StageRange[] {
		const ranges = this.#ranges;
		// Where messages come one by one these are all, and of this one.
		if (ranges.every((range) => range.pos < end && range.end > pos && range.end <= end)) {
			this.#ranges = [];
			return ranges;
		}
		const taken = this.#ranges.filter((range) => range.pos < end && range.end > pos);
		this.#ranges = this.#ranges.filter((range) => range.end > end);
		return taken;
	}
}
