import { FirstLine, RawText } from '../../exchange/logged/log-line.ts';
import { endOfText, startsWith } from './json-scan.ts';

const QUOTE = 34;
const BACKSLASH = 92;
/** CR and LF as JSON writes them. */
const LINE_END = Buffer.from('\\r\\n');

/** Reads texts no further than their first lines. */
export class FirstLines {
	/** The first line, or all of the text where its first line ends in another way. */
	value: FirstLine | RawText = new FirstLine('');

	/**
	 * Reads the text whose opening quote is at `at`; gives the end of what was looked at, which may be that of the line, -1
	 * when it is no JSON.
	 */
	read(bytes: Buffer, at: number, end: number): number {
		let i = at + 1;
		while (i < end && bytes[i] !== QUOTE && bytes[i] !== BACKSLASH) i++;
		if (startsWith(bytes, i, LINE_END)) {
			this.value = new FirstLine(bytes.toString('latin1', at + 1, i));
			return i;
		}
		const quote = endOfText(bytes, i, end);
		if (quote === -1) return -1;
		this.value = new RawText(bytes.toString('latin1', at + 1, quote));
		return quote;
	}
}
