import { CR, LF } from './headers.ts';

/** Servers refuse heads of 8 to 64 KiB with 431; what is larger is no head. */
const MAX_HEAD_BYTES = 64 << 10;

/**
 * Index behind the first LF and empty line in `bytes[at, end)`; -1: there is none. Two of the bytes that are looked for
 * stand side by side, so every second one is looked at.
 */
const behindEmptyLine = (bytes: Buffer, at: number, end: number): number => {
	for (let i = at + 1; i < end; i += 2) {
		if (bytes[i]! > CR) continue;
		for (let lf = i - 1; lf <= i; lf++) {
			if (bytes[lf] !== LF) continue;
			const next = bytes[lf + 1] === CR ? lf + 2 : lf + 1;
			if (next < end && bytes[next] === LF) return next + 1;
		}
	}
	return -1;
};

/** Collects a head in any pieces up to the empty line that ends it (RFC 9112, 2.1). */
export class HeadCollector {
	#text = '';
	/** 0 inside a line, 1 behind its LF, 2 behind a CR that follows. */
	#newline = 0;
	#ended = false;

	/** Takes bytes from `at`; gives the index behind those that belong to the head. */
	add(bytes: Buffer, at: number, end: number): number {
		let next = at;
		// The end may have begun in the piece before.
		for (const first = Math.min(end, at + 2); next < first && !this.#ended; next++) this.#byte(bytes[next]!);
		if (!this.#ended && next < end) {
			const behind = behindEmptyLine(bytes, at, end);
			this.#ended = behind !== -1;
			next = this.#ended ? behind : end;
			this.#newline = 0;
			for (let i = end - 2; i < end && !this.#ended; i++) this.#byte(bytes[i]!);
		}
		this.#text += bytes.toString('latin1', at, next);
		return next;
	}

	#byte(byte: number): void {
		if (byte === LF) {
			this.#ended = this.#newline !== 0;
			this.#newline = 1;
		} else this.#newline = byte === CR && this.#newline === 1 ? 2 : 0;
	}

	/** The empty line has been seen. */
	get ended(): boolean {
		return this.#ended;
	}

	/** Bytes so far. */
	get length(): number {
		return this.#text.length;
	}

	get tooLong(): boolean {
		return this.#text.length > MAX_HEAD_BYTES;
	}

	/** Gives what was collected, one character a byte, and begins anew. */
	take(): string {
		const text = this.#text;
		this.#text = '';
		this.#newline = 0;
		this.#ended = false;
		return text;
	}
}
