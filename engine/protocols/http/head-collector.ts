import { CR, LF } from './headers.ts';

/** Servers refuse heads of 8 to 64 KiB with 431; what is larger is no head. */
const MAX_HEAD_BYTES = 64 << 10;

/** Collects a head in any pieces up to the empty line that ends it (RFC 9112, 2.1). */
export class HeadCollector {
	#text = '';
	/** 0 inside a line, 1 behind its LF, 2 behind a CR that follows. */
	#newline = 0;
	#ended = false;

	/** Takes bytes from `at`; gives the index behind those that belong to the head. */
	add(bytes: Buffer, at: number, end: number): number {
		let next = at;
		let newline = this.#newline;
		while (next < end) {
			const byte = bytes[next++];
			if (byte === LF) {
				if (newline !== 0) {
					this.#ended = true;
					break;
				}
				newline = 1;
			} else newline = byte === CR && newline === 1 ? 2 : 0;
		}
		this.#newline = newline;
		this.#text += bytes.toString('latin1', at, next);
		return next;
	}

	/** The empty line has been seen. */
	get ended(): boolean {
		return this.#ended;
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
