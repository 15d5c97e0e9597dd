import { FirstLine, RawText } from '../../exchange/logged/log-line.ts';
import { endOfString, startsWith } from './json-scan.ts';

const QUOTE = 34;
const BACKSLASH = 92;
/** CR and LF as JSON writes them. */
const LINE_END = Buffer.from('\\r\\n');

/**
 * The first line of the text whose opening quote is at `at`, or all of it where its first line ends in another way. Where
 * the text ends is not looked for. Null: it is no JSON.
 */
export const firstLineOf = (bytes: Buffer, at: number, end: number): FirstLine | RawText | null => {
	let i = at + 1;
	while (i < end && bytes[i] !== QUOTE && bytes[i] !== BACKSLASH) i++;
	if (startsWith(bytes, i, LINE_END)) return new FirstLine(bytes.toString('latin1', at + 1, i));
	const quote = endOfString(bytes, at, end);
	return quote === -1 ? null : new RawText(bytes.toString('latin1', at + 1, quote));
};
