import { CR, LF } from './headers.ts';

/** Where the chunked coding stands (RFC 9112, 7.1). */
const State = { size: 0, extension: 1, data: 2, dataEnd: 3, trailers: 4, done: 5, broken: 6 } as const;
type State = (typeof State)[keyof typeof State];

const hexValue = (byte: number): number => {
	if (byte >= 48 && byte <= 57) return byte - 48;
	const lower = byte | 32;
	return lower >= 97 && lower <= 102 ? lower - 87 : -1;
};

/**
 * Follows the framing of a chunked body through its bytes, in any pieces. Each call of `step` goes on by one run of
 * bytes, of which `isData` tells whether they are payload.
 */
export class ChunkedFraming {
	#state: State = State.size;
	#remaining = 0;
	#digits = 0;
	/** In the trailers: bytes of the current line. */
	#lineLength = 0;
	isData = false;

	get done(): boolean {
		return this.#state === State.done;
	}

	/** A size was no number, or no line end followed the data: the rest cannot be followed. */
	get broken(): boolean {
		return this.#state === State.broken;
	}

	/** Gives the end of the run that begins at `at`; it is behind `at` unless the framing is done or broken. */
	step(bytes: Uint8Array, at: number, end: number): number {
		this.isData = this.#state === State.data;
		if (this.#state === State.data) {
			const taken = Math.min(this.#remaining, end - at);
			this.#remaining -= taken;
			if (this.#remaining === 0) this.#state = State.dataEnd;
			return at + taken;
		}
		let next = at;
		while (
			next < end &&
			(this.#state < State.data || this.#state === State.dataEnd || this.#state === State.trailers)
		) {
			this.#byte(bytes[next++] ?? 0);
		}
		return next;
	}

	/** Skips payload that was not captured; false when the gap holds more than payload. */
	skip(length: number): boolean {
		if (this.#state !== State.data || length > this.#remaining) return false;
		this.#remaining -= length;
		if (this.#remaining === 0) this.#state = State.dataEnd;
		return true;
	}

	#byte(byte: number): void {
		switch (this.#state) {
			case State.size:
				this.#sizeByte(byte);
				break;
			case State.extension:
				if (byte === LF) this.#endOfSize();
				break;
			case State.dataEnd:
				if (byte === LF) this.#startOfSize();
				else if (byte !== CR) this.#state = State.broken;
				break;
			case State.trailers:
				this.#trailerByte(byte);
		}
	}

	#sizeByte(byte: number): void {
		const digit = hexValue(byte);
		if (digit >= 0) {
			this.#remaining = this.#remaining * 16 + digit;
			this.#digits++;
			if (!Number.isSafeInteger(this.#remaining)) this.#state = State.broken;
		} else if (this.#digits === 0) this.#state = State.broken;
		else if (byte === LF) this.#endOfSize();
		// CR, the blanks that some servers pad with, and `;` before an extension.
		else if (byte === CR || byte === 32 || byte === 9 || byte === 59) this.#state = State.extension;
		else this.#state = State.broken;
	}

	#startOfSize(): void {
		this.#state = State.size;
		this.#remaining = 0;
		this.#digits = 0;
	}

	#endOfSize(): void {
		this.#lineLength = 0;
		this.#state = this.#remaining === 0 ? State.trailers : State.data;
	}

	#trailerByte(byte: number): void {
		if (byte === LF) {
			if (this.#lineLength === 0) this.#state = State.done;
			this.#lineLength = 0;
		} else if (byte !== CR) this.#lineLength++;
	}
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const CRLF = Buffer.from('\r\n');

/**
 * Whether captured bytes end as a chunked body does: the last chunk without trailers, alone or behind the line end of
 * the chunk before. For bodies whose framing fell into a gap; the capture takes the last bytes of every call for this.
 */
export const endsWithLastChunk = (bytes: Buffer, start: number, end: number): boolean => {
	const last = end - LAST_CHUNK.length;
	if (last < start || bytes.compare(LAST_CHUNK, 0, LAST_CHUNK.length, last, end) !== 0) return false;
	const line = last - CRLF.length;
	return last === start || (line >= start && bytes.compare(CRLF, 0, CRLF.length, line, last) === 0);
};
