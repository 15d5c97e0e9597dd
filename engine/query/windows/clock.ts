/**
 * Multiples of one length of time since the epoch, as numbers: number n begins n * length ns after it. Times are ns since
 * the start of the capture.
 */
export class WindowClock {
	readonly length: number;
	/** Number of the multiple that the capture starts in, and how far into it. */
	readonly #first: number;
	readonly #offset: number;

	constructor(length: number, startWall: bigint) {
		this.length = Math.round(length);
		const ns = BigInt(this.length);
		this.#first = Number(startWall / ns);
		this.#offset = Number(startWall % ns);
	}

	numberOf(time: number): number {
		return this.#first + Math.floor((time + this.#offset) / this.length);
	}

	startOf(number: number): number {
		return (number - this.#first) * this.length - this.#offset;
	}
}
