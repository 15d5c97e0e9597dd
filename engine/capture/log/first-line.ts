import { FirstLine, RawText, StartStatus } from '../../exchange/logged/log-line.ts';
import type { StatusOf } from '../../protocols/protocol.ts';
import { BACKSLASH, endOfText, QUOTE, startsWith } from './json-scan.ts';

/** CR and LF as JSON writes them. */
const LINE_END = Buffer.from('\\r\\n');

/** Reads texts no further than their first lines. */
export class FirstLines {
	/** The first line or its status, or all of the text where its first line ends in another way. */
	value: FirstLine | StartStatus | RawText = new FirstLine('');
	readonly #statusOf: StatusOf | null;
	/** By status: there are few. */
	readonly #statuses = new Map<number | null | undefined, StartStatus>();

	/** `statusOf`: nothing but the status is asked for. */
	constructor(statusOf: StatusOf | null) {
		this.#statusOf = statusOf;
	}

	/**
	 * Reads the text whose opening quote is at `at`, of bytes that `view` is of, too; gives the end of what was looked at, which
	 * may be that of the line, -1 when it is no JSON.
	 */
	read(bytes: Buffer, view: DataView, at: number, end: number): number {
		let i = at + 1;
		while (i < end && bytes[i] !== QUOTE && bytes[i] !== BACKSLASH) i++;
		if (startsWith(bytes, i, LINE_END)) {
			this.value = this.#lineOf(bytes, view, at + 1, i);
			return i;
		}
		const quote = endOfText(bytes, i, end);
		if (quote === -1) return -1;
		this.value = new RawText(bytes.toString('latin1', at + 1, quote));
		return quote;
	}

	#lineOf(bytes: Buffer, view: DataView, start: number, end: number): FirstLine | StartStatus {
		if (this.#statusOf === null) return new FirstLine(bytes.toString('latin1', start, end));
		const status = this.#statusOf(bytes, view, start, end);
		let known = this.#statuses.get(status);
		if (known === undefined) {
			known = new StartStatus(status);
			this.#statuses.set(status, known);
		}
		return known;
	}
}
