const TWO_32 = 2 ** 32;

/** Reads fields of capture events in place: little-endian, 64-bit numbers as doubles, times relative to the start. */
export class RecordReader {
	readonly #startHigh: number;
	readonly #startLow: number;
	#view: DataView = new DataView(new ArrayBuffer(0));
	/** What is open. */
	bytes: Buffer = Buffer.alloc(0);

	constructor(startMono: bigint) {
		this.#startHigh = Number(startMono >> 32n);
		this.#startLow = Number(startMono & 0xffffffffn);
	}

	/** `bytes[0, length)` is read from now on. */
	open(bytes: Uint8Array, length: number): void {
		this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, length);
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, length);
	}

	u8(at: number): number {
		return this.#view.getUint8(at);
	}

	u16(at: number): number {
		return this.#view.getUint16(at, true);
	}

	u32(at: number): number {
		return this.#view.getUint32(at, true);
	}

	/** Exact below 2^53: positions, cookies and counters are. */
	u64(at: number): number {
		return this.#view.getUint32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
	}

	/** ns since the start: the halves are subtracted apart, so that the difference is exact though the time may not be. */
	time(at: number): number {
		const high = this.#view.getUint32(at + 4, true) - this.#startHigh;
		return high * TWO_32 + (this.#view.getUint32(at, true) - this.#startLow);
	}
}
