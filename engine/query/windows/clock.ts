/**
 * Panes of one length of time, side by side, as numbers. They are aligned to the epoch, and number 0 begins with the window
 * that the capture starts in: counted from the epoch, those of a nanosecond would not be exact. Times are ns since the
 * start of the capture.
 */
export class WindowClock {
	readonly #length: number;
	/** How far into pane 0 the capture starts. */
	readonly #offset: number;

	/** Windows begin at the multiples of `every`, which is one of `length`; both in ns. */
	constructor(length: number, every: number, startWall: bigint) {
		this.#length = length;
		this.#offset = Number(startWall % BigInt(every));
	}

	numberOf(time: number): number {
		return Math.floor((time + this.#offset) / this.#length);
	}

	startOf(number: number): number {
		return number * this.#length - this.#offset;
	}
}
