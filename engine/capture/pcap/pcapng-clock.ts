const TWO_32 = 2 ** 32;
const NS_PER_S = 1_000_000_000n;

/**
 * The clock of one interface: 64-bit stamps in units of its own. They are subtracted from the origin in halves before they
 * become doubles: a stamp in ns is not exact in one, the difference is.
 */
export class PcapngClock {
	/** Units in a second. */
	readonly #resolution: bigint;
	readonly #nsPerUnit: number;
	/** Seconds to add to stamps. */
	readonly #offset: bigint;
	#originHigh = 0;
	#originLow = 0;
	/** ns from the origin of the file to this clock's, less than one unit. */
	#rest = 0;

	/** `tsresol`: as in if_tsresol, a negative power of 10, or of 2 when the highest bit is set. */
	constructor(tsresol: number, offset: bigint) {
		this.#resolution = (tsresol & 0x80) === 0 ? 10n ** BigInt(tsresol) : 2n ** BigInt(tsresol & 0x7f);
		this.#nsPerUnit = 1e9 / Number(this.#resolution);
		this.#offset = offset;
	}

	/** ns since the epoch. */
	wall(high: number, low: number): bigint {
		const units = (BigInt(high) << 32n) | BigInt(low);
		return (units * NS_PER_S) / this.#resolution + this.#offset * NS_PER_S;
	}

	/** Times are relative to `wall`, ns since the epoch, from now on. */
	setOrigin(wall: bigint): void {
		const ns = wall - this.#offset * NS_PER_S;
		const units = (ns * this.#resolution) / NS_PER_S;
		this.#originHigh = Number(units >> 32n);
		this.#originLow = Number(units & 0xffffffffn);
		this.#rest = Number((units * NS_PER_S) / this.#resolution - ns);
	}

	/** Whole ns since the origin, as recordings hold them. */
	time(high: number, low: number): number {
		const units = (high - this.#originHigh) * TWO_32 + (low - this.#originLow);
		return Math.round(units * this.#nsPerUnit + this.#rest);
	}
}
