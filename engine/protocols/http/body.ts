import { keepBytes } from '../../kept-bytes.ts';

/**
 * Payload kept of one message: what a person or a query looks into is far smaller, and so many bodies may be under way at
 * once.
 */
export const MAX_BODY_BYTES = 1 << 20;

const NOTHING: Buffer = Buffer.alloc(0);

/** Collects the beginning of a body, up to the first byte that was not captured. */
export class BodyCollector {
	readonly #wanted: number;
	readonly #limit: number;
	/** Most bodies come in one piece, which has a buffer of its size; for more it grows. */
	#buffer: Buffer = NOTHING;
	#length = 0;
	#seen = 0;
	#whole = true;

	constructor(wanted: number) {
		this.#wanted = wanted;
		this.#limit = Math.min(wanted, MAX_BODY_BYTES);
	}

	add(bytes: Buffer, start: number, end: number): void {
		this.#seen += end - start;
		const taken = Math.min(end - start, this.#limit - this.#length);
		if (taken <= 0 || !this.#whole) return;
		// The bytes belong to the source, which uses its buffer again. A piece may be one byte: no object for each.
		const length = this.#length + taken;
		if (length > this.#buffer.length) {
			if (this.#length === 0) {
				this.#buffer = keepBytes(bytes, start, start + taken);
				this.#length = length;
				return;
			}
			const kept = this.#buffer.subarray(0, this.#length);
			this.#buffer = Buffer.allocUnsafe(Math.min(this.#limit, 2 * length));
			kept.copy(this.#buffer);
		}
		bytes.copy(this.#buffer, this.#length, start, start + taken);
		this.#length = length;
	}

	skip(length: number): void {
		if (this.#seen < this.#wanted) this.#whole = false;
		this.#seen += length;
	}

	/** Nothing that is added will be kept. */
	get isFull(): boolean {
		return !this.#whole || this.#length >= this.#limit;
	}

	/** Bytes that the query wanted are not in it. */
	get truncated(): boolean {
		return !this.#whole || Math.min(this.#seen, this.#wanted) > this.#length;
	}

	/** There were more than the query wanted. */
	get clipped(): boolean {
		return this.#seen > this.#wanted;
	}

	/** The bytes, or null when there are none; begins anew. */
	take(): Uint8Array | null {
		const kept =
			this.#length === this.#buffer.length ? this.#buffer : Buffer.from(this.#buffer.subarray(0, this.#length));
		const bytes = this.#length === 0 ? null : kept;
		this.#buffer = NOTHING;
		this.#length = 0;
		this.#seen = 0;
		this.#whole = true;
		return bytes;
	}
}
