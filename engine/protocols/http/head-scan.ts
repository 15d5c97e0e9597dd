import { isOfInterest } from './framing-names.ts';
import { CR, LF } from './headers.ts';

/** In each byte of a word. */
const LFS = 0x0a0a0a0a;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

/** Where the next LF stands from `at` on; `end` where none does. Of four bytes at once, which takes half the time. */
const nextLf = (view: DataView, at: number, end: number): number => {
	let next = at;
	for (; next + 4 <= end; next += 4) {
		const difference = view.getInt32(next, true) ^ LFS;
		// Less one the first byte that is zero, and perhaps one behind it, borrows its high bit.
		const zeros = (difference - ONES) & ~difference & HIGH_BITS;
		if (zeros !== 0) return next + ((31 - Math.clz32(zeros & -zeros)) >> 3);
	}
	while (next < end && view.getUint8(next) !== LF) next++;
	return next;
};

/** Finds the end of a head and its lines (RFC 9112, 2.1) in one pass over its bytes. */
export class HeadScan {
	/** Where it looked last: valid as long as these bytes are. */
	bytes: Buffer = Buffer.alloc(0);
	start = 0;
	/** What was looked at, up to the end of the head. */
	length = 0;
	/** Where the LF of the first line is, as are all places counted from `start`; -1 when it has none. */
	firstEnd = -1;
	/** Where lines behind the first begin that may say something about framing: the first `lineCount`. */
	readonly lines: number[] = [];
	lineCount = 0;
	/** A line ends with LF alone. */
	bareLf = false;
	/** Up to here it need not look again. */
	#seen = 0;
	/** Of `bytes`. */
	#view: DataView = new DataView(new ArrayBuffer(0));

	/** What comes next is another head. */
	clear(): void {
		this.length = 0;
		this.firstEnd = -1;
		this.lineCount = 0;
		this.bareLf = false;
		this.#seen = 0;
	}

	/** Whether a head ends in `bytes[start, end)`, of which the beginning may have been looked at before. */
	find(bytes: Buffer, start: number, end: number): boolean {
		if (bytes !== this.bytes) this.#open(bytes);
		this.start = start;
		const view = this.#view;
		let at = nextLf(view, start + this.#seen, end);
		for (; at < end; at = nextLf(view, at + 1, end)) {
			const behind = this.#lineEnd(bytes, start, at, end);
			if (behind === UNDECIDED) break;
			if (behind !== 0) {
				this.length = behind - start;
				return true;
			}
		}
		this.#seen = at - start;
		this.length = end - start;
		return false;
	}

	/** An LF: gives the index behind the empty line that follows and ends the head, 0 where none does. */
	#lineEnd(bytes: Buffer, start: number, at: number, end: number): number {
		if (this.firstEnd === -1) this.firstEnd = at - start;
		if (at === start || bytes[at - 1] !== CR) this.bareLf = true;
		if (at + 1 >= end) return UNDECIDED;
		const first = bytes[at + 1]!;
		if (first === LF) {
			this.bareLf = true;
			return at + 2;
		}
		if (first === CR) {
			if (at + 2 >= end) return UNDECIDED;
			return bytes[at + 2] === LF ? at + 3 : 0;
		}
		if (isOfInterest(bytes, at + 1, end)) this.lines[this.lineCount++] = at + 1 - start;
		return 0;
	}

	#open(bytes: Buffer): void {
		this.bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	/** What was looked at, one character a byte. */
	get text(): string {
		return this.bytes.toString('latin1', this.start, this.start + this.length);
	}
}

/** Whether a line that has ended is the last one is said by bytes that have not come. */
const UNDECIDED = -1;
