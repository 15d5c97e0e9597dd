import { CR, isBlank, LF } from './headers.ts';

/**
 * Bytes that are looked at first for the end of a head: most are shorter. They are turned into text at once, in which
 * V8 finds line ends five times as fast as a loop over the bytes does.
 */
const FIRST_BYTES = 512;
const FACTOR = 8;

/** First bytes of lines that say something about framing, or go on with the line before. */
const IS_OF_INTEREST = Uint8Array.from({ length: 256 }, (_, byte) =>
	Number('cCtTeEuU'.includes(String.fromCharCode(byte)) || isBlank(byte)),
);

/** Finds the end of a head and its lines (RFC 9112, 2.1) in one pass. */
export class HeadScan {
	/** What was looked at up to the end of the head, one character a byte. */
	text = '';
	/** Where the LF of the first line is in the text; -1 when it has none. */
	firstEnd = -1;
	/** Where lines behind the first begin that are to be looked at for what they say about framing: the first `lineCount`. */
	readonly lines: number[] = [];
	lineCount = 0;
	/** A line ends with LF alone. */
	bareLf = false;

	/** Looks at `bytes[start, end)`; gives the index behind the empty line that ends the head, -1 when it is not there. */
	scan(bytes: Buffer, start: number, end: number): number {
		for (let size = FIRST_BYTES; ; size *= FACTOR) {
			const text = bytes.toString('latin1', start, Math.min(end, start + size));
			const length = this.#findLines(text);
			this.text = length === -1 || length === text.length ? text : text.slice(0, length);
			if (length !== -1) return start + length;
			if (start + size >= end) return -1;
		}
	}

	/** As `scan`, of a text that is all there is of a head. */
	take(text: string): void {
		this.text = text;
		this.#findLines(text);
	}

	/** Gives how many characters there are up to the end of the head; -1 when it is not there. */
	#findLines(text: string): number {
		this.firstEnd = text.indexOf('\n');
		this.lineCount = 0;
		this.bareLf = false;
		for (let lf = this.firstEnd; lf !== -1; lf = text.indexOf('\n', lf + 1)) {
			if (text.charCodeAt(lf - 1) !== CR) this.bareLf = true;
			const first = text.charCodeAt(lf + 1);
			if (first === LF) {
				this.bareLf = true;
				return lf + 2;
			}
			if (first === CR && text.charCodeAt(lf + 2) === LF) return lf + 3;
			if (IS_OF_INTEREST[first] === 1) this.lines[this.lineCount++] = lf + 1;
		}
		return -1;
	}
}
