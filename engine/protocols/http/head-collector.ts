import { HeadScan } from './head-scan.ts';
import { CR, LF } from './headers.ts';

/** Servers refuse heads of 8 to 64 KiB with 431; what is larger is no head. */
const MAX_HEAD_BYTES = 64 << 10;

/** What a status line has before its reason phrase (RFC 9112, 4). */
const STATUS = /^HTTP\/1\.\d \d{3} /;

/** Collects a head in any pieces up to the empty line that ends it. */
export class HeadCollector {
	ended = false;
	/** Of a head that has ended. */
	readonly scan = new HeadScan();
	/** What came in earlier pieces, one character a byte. */
	#before = '';
	/** 0 inside a line, 1 behind its LF, 2 behind a CR that follows. */
	#newline = 0;

	/** Takes bytes from `at`; gives the index behind those that belong to the head. */
	add(bytes: Buffer, at: number, end: number): number {
		const isFirst = this.#before === '';
		let next = at;
		// The end may have begun in the piece before.
		const straddling = isFirst ? at : Math.min(end, at + 2);
		for (; next < straddling && !this.ended; next++) this.#byte(bytes[next]!);
		if (!this.ended && next < end) {
			const behind = this.scan.scan(bytes, at, end);
			this.ended = behind !== -1;
			next = this.ended ? behind : end;
		}
		if (this.ended && isFirst) return next;
		this.#before += bytes.toString('latin1', at, next);
		if (this.ended) this.scan.take(this.#before);
		else if (isFirst || end - at >= 2) {
			this.#newline = 0;
			for (let i = Math.max(at, end - 2); i < end; i++) this.#byte(bytes[i]!);
		}
		return next;
	}

	/** The head has no end: what there is of it is all. Of a status line the reason phrase may be missing. */
	cut(): void {
		this.ended = true;
		this.scan.take(this.#before);
		if (this.scan.firstEnd === -1 && STATUS.test(this.#before)) this.scan.firstEnd = this.#before.length;
	}

	/** Bytes collected of a head that has not ended. */
	get length(): number {
		return this.#before.length;
	}

	get tooLong(): boolean {
		return this.length > MAX_HEAD_BYTES;
	}

	/** Begins anew. */
	clear(): void {
		this.#before = '';
		this.#newline = 0;
		this.ended = false;
	}

	#byte(byte: number): void {
		if (byte === LF) {
			this.ended = this.#newline !== 0;
			this.#newline = 1;
		} else this.#newline = byte === CR && this.#newline === 1 ? 2 : 0;
	}
}
