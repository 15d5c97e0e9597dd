import type { ByteInput } from '../byte-input.ts';

/**
 * Read at once: about two hundred lines. Half as many take up to 2% more time for what is done once for all of them; the
 * exchanges of many more would be alive when the garbage of the others is collected.
 */
const BUFFER_BYTES = 256 << 10;
const LF = 10;
/** A longer line is no exchange: bodies are kept up to a few MiB, of which JSON makes at most six times as much. */
const MAX_LINE_BYTES = 64 << 20;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Takes the line `[start, end)` of the bytes, without its newline; `last`: the input ended before one. */
export type TakeLine = (start: number, end: number, last: boolean) => void;

/** The lines of an input, a buffer of them at a time. */
export class Lines {
	/** How many were too long to be read. */
	tooLong = 0;
	readonly #input: ByteInput;
	#buffer: Buffer = Buffer.alloc(BUFFER_BYTES);
	#end = 0;
	/** So many bytes have no newline: of a line that comes in small pieces they are not looked at again. */
	#searched = 0;
	/** So many bytes are of lines that were looked at. */
	#looked = 0;
	/** In a line that is too long. */
	#skips = false;
	#ended = false;

	constructor(input: ByteInput) {
		this.#input = input;
	}

	/** Reads more bytes: false when there are none. Throws InputError. */
	async read(): Promise<boolean> {
		if (this.#ended) return false;
		if (this.#end === this.#buffer.length) this.#makeRoom();
		const end = await this.#input.fill(this.#buffer, this.#end);
		this.#ended = end === this.#end;
		this.#end = end;
		return !this.#ended || end > 0;
	}

	/** Hands out the lines that are whole, and before them the bytes that they are of: valid until more are read. */
	take(open: (bytes: Buffer) => void, line: TakeLine): void {
		const bytes = this.#buffer.subarray(0, this.#end);
		open(bytes);
		let done = 0;
		for (let lf = bytes.indexOf(LF, this.#searched); lf !== -1; lf = bytes.indexOf(LF, done)) {
			if (this.#skips) this.#skips = false;
			else line(done, lf, false);
			done = lf + 1;
		}
		if (this.#ended && done < this.#end) {
			if (!this.#skips) line(done, this.#end, true);
			done = this.#end;
		}
		this.#buffer.copyWithin(0, done, this.#end);
		this.#end -= done;
		this.#searched = this.#end;
	}

	/** Looks at the next line that is whole, without taking it; null when more is to be read first, or none is left. */
	look(): string | null {
		const mark = BYTE_ORDER_MARK.length;
		if (this.#buffer.subarray(0, mark).equals(BYTE_ORDER_MARK)) this.#buffer.fill(' ', 0, mark);
		const start = this.#looked;
		const lf = this.#buffer.subarray(0, this.#end).indexOf(LF, start);
		if (start === this.#end || (lf === -1 && !this.#ended)) return null;
		const end = lf === -1 ? this.#end : lf;
		this.#looked = lf === -1 ? end : lf + 1;
		return this.#buffer.toString('utf8', start, end);
	}

	/** None of the lines that were looked at has anything in it. */
	get areBlank(): boolean {
		return this.#buffer.toString('latin1', 0, this.#looked).trim() === '';
	}

	/** To read more would lose lines that have not been taken. */
	get isFull(): boolean {
		return this.#end === MAX_LINE_BYTES;
	}

	#makeRoom(): void {
		if (this.#skips) this.#end = 0;
		else if (this.#buffer.length < MAX_LINE_BYTES) {
			const larger = Buffer.alloc(2 * this.#buffer.length);
			this.#buffer.copy(larger);
			this.#buffer = larger;
		} else {
			this.#skips = true;
			this.tooLong++;
			this.#end = 0;
			this.#buffer = Buffer.alloc(BUFFER_BYTES);
		}
		this.#searched = Math.min(this.#searched, this.#end);
	}
}
